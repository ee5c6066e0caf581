using System.Runtime.CompilerServices;

namespace Skale.EventStore;

/// <summary>The evidence of a journal: its lines, the digests beside them, and two files of signed notes, <c>seals</c> and <c>keys</c>.</summary>
internal sealed class JournalEvidence(string folder, JournalReader reader, Func<CancellationToken, Task<long>> head) : ILogEvidence
{
    private string Seals => Path.Combine(folder, "seals");

    private string Keys => Path.Combine(folder, "keys");

    public async IAsyncEnumerable<LogLine> ReadLines(long afterPosition = 0, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        foreach (var line in reader.ReadLines(afterPosition, await head(cancellation)))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return line;
        }
    }

    /// <summary>As the interface says; what a power cut took from the files of digests is made from the lines again.</summary>
    public async IAsyncEnumerable<MerkleHash> ReadDigests(long afterPosition = 0, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        foreach (var digest in reader.ReadDigests(afterPosition, await head(cancellation)))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return digest;
        }
    }

    public Task<MerkleFrontier> LoadStart(CancellationToken cancellation = default)
    {
        var file = Path.Combine(folder, ExportStart.FileName);
        var start = File.Exists(file) ? ExportStart.Parse(File.ReadAllBytes(file), file) : null;
        return Task.FromResult(start is null ? new MerkleFrontier() : new MerkleFrontier(start.Position, start.Subtrees));
    }

    public async Task<long> PositionOf(Guid id, CancellationToken cancellation = default) =>
        reader.PositionOf(id, (await LoadStart(cancellation)).Size, await head(cancellation));

    public async IAsyncEnumerable<SignedNote> ReadSeals(long afterSize = 0, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await Task.CompletedTask;
        foreach (var seal in File.Exists(Seals) ? NoteReader.Read(Seals) : [])
        {
            cancellation.ThrowIfCancellationRequested();
            if (Checkpoint.Parse(seal).Size > afterSize)
            {
                yield return seal;
            }
        }
    }

    public Task<SignedNote?> LastSeal(CancellationToken cancellation = default) => Task.FromResult(File.Exists(Seals) ? NoteReader.Read(Seals).LastOrDefault() : null);

    public Task AddSeals(IReadOnlyList<SignedNote> seals, CancellationToken cancellation = default)
    {
        using var handle = File.OpenHandle(Seals, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        var length = RandomAccess.GetLength(handle);
        var text = string.Join('\n', seals);
        RandomAccess.Write(handle, SignedNote.Utf8.GetBytes(length == 0 ? text : $"\n{text}"), length);
        RandomAccess.FlushToDisk(handle);
        return Task.CompletedTask;
    }

    public Task<KeyHistory?> LoadKeys(CancellationToken cancellation = default) =>
        Task.FromResult(File.Exists(Keys) && new FileInfo(Keys).Length > 0 ? KeyHistory.Parse(File.ReadAllBytes(Keys), Keys) : null);

    public Task SaveKeys(KeyHistory keys, CancellationToken cancellation = default)
    {
        var temporary = $"{Keys}.tmp";
        File.WriteAllBytes(temporary, keys.ToBytes());
        File.Move(temporary, Keys, overwrite: true);
        Segment.FlushFolder(folder);
        return Task.CompletedTask;
    }

    /// <summary>Cuts a checkpoint that a power cut left unfinished: the next one says more than it did. For the writer, before its first append.</summary>
    public void Repair()
    {
        var whole = 0L;
        try
        {
            foreach (var seal in File.Exists(Seals) ? NoteReader.Read(Seals) : [])
            {
                whole += (whole == 0 ? 0 : 1) + seal.ToBytes().Length;
            }
        }
        catch (SealException) when (new FileInfo(Seals).Length - whole < MaxNoteBytes)
        {
            using var handle = File.OpenHandle(Seals, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.SetLength(handle, whole);
            RandomAccess.FlushToDisk(handle);
        }
    }

    private const int MaxNoteBytes = 4096;
}
