using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Skale.EventStore;

/// <summary>
/// A log in a folder of append-only JSON Lines files, made to be read with <c>less</c> and <c>jq</c>.
/// <para>
/// Files are named by the position of their first line (<c>000000000001.jsonl</c>) and a line is one event:
/// <c>{"At":"…Z","CausationId":"…","CorrelationId":"…","Data":{…},"Id":"…","Position":7,"Previous":"…","Stream":"chain-alpha","Type":"chain_bought","Version":2}</c>
/// in canonical JSON (RFC 8785), so that the digest of the event is a hash of its line; <c>Previous</c> is the digest of the event before in its stream.
/// <c>"More":n</c> before the closing brace, not digested, says that n lines of the same commit follow: a commit whose end is missing was never made,
/// and nobody sees it.
/// </para>
/// <para>
/// Beside them: <c>*.digests</c> (what each line was when it was written), <c>seals</c> and <c>keys</c> (signed checkpoints and who signed them: see
/// <see cref="ILogEvidence"/>), <c>*.summary</c> (what the writer would have to read a full file for at its next opening), <c>writer.lock</c> (held by the one writer),
/// <c>committed.mark</c> (how far the files are durable; stops readers in other processes), <c>snapshot</c> (a state
/// folded from the files, see <see cref="ISnapshots"/>), <c>checkpoints/</c> and <c>skips/</c>. A folder without these is a complete
/// journal too.
/// </para>
/// </summary>
public sealed partial class JournalLog : IStandbyLog, IMendableLog, ISkipRequests, ISnapshots
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(20);
    private static readonly ConcurrentDictionary<string, AppendSignal> WritersHere = new();
    private readonly string folder;
    private readonly JournalOptions options;
    private readonly SegmentIndex index;
    private readonly JournalReader reader;
    private readonly JournalEvidence evidence;
    private readonly AppendSignal signal = new();
    private FileStream? folderLock;
    private JournalWriter? writer;
    private GroupCommit? commits;

    private JournalLog(string folder, string? name, JournalOptions? options)
    {
        this.folder = Path.GetFullPath(folder);
        this.options = options ?? new JournalOptions();
        Name = name ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(this.folder));
        index = new SegmentIndex(this.folder);
        reader = new JournalReader(this.folder, index);
        evidence = new JournalEvidence(this.folder, reader, Head);
    }

    public string Name { get; }

    public ILogEvidence Evidence => evidence;

    /// <summary>Opens a journal for writing and reading; makes the folder when it is missing, and cuts a commit that a crash left unfinished.</summary>
    /// <param name="name">The name of the log; that of the folder when left out.</param>
    /// <exception cref="JournalLockedException">Another writer has it open.</exception>
    /// <exception cref="JournalCorruptException">It holds something that no crash explains; names file and line.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static JournalLog Open(string folder, string? name = null, JournalOptions? options = null)
    {
        var log = new JournalLog(folder, name, options);
        log.BeginWriting();
        return log;
    }

    /// <summary>Opens a journal for reading only, beside its writer or without one, in the same process or another. Writes nothing but checkpoints.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static JournalLog OpenReader(string folder, string? name = null) => Directory.Exists(folder)
        ? OpenStandby(folder, name)
        : throw new DirectoryNotFoundException($"There is no journal in {Path.GetFullPath(folder)}: its writer makes the folder when it first opens it.");

    /// <summary>Opens a journal for a process that is to write it when its turn comes. Until <see cref="BeginWriting"/> has been asked once there need be no folder to read.</summary>
    public static JournalLog OpenStandby(string folder, string? name = null) => new(folder, name, options: null);

    /// <summary>As the interface says; the lock is the operating system's, so that it is free the moment its process ends, and no writer is ever fenced.</summary>
    /// <exception cref="JournalLockedException">Another writer has it open.</exception>
    /// <exception cref="JournalCorruptException">As for <see cref="Open"/>.</exception>
    public Task BeginWriting(CancellationToken cancellation = default)
    {
        folderLock = JournalLock.Take(folder);
        try
        {
            writer = new JournalWriter(folder, Name, reader, index, options);
            evidence.Repair();
        }
        catch
        {
            writer?.Dispose();
            folderLock.Dispose();
            throw;
        }

        commits = new GroupCommit(group => _ => Commit(group));
        WritersHere[folder] = signal;
        return Task.CompletedTask;
    }

    /// <summary>As the interface says: the files are read again as at an opening, and what an append left unfinished is cut. Nobody else comes to write meanwhile.</summary>
    /// <exception cref="JournalCorruptException">As for <see cref="Open"/>.</exception>
    /// <exception cref="IOException">The disk is as it was.</exception>
    public Task Mend(CancellationToken cancellation = default)
    {
        if (writer is { HasFailed: true } failed)
        {
            failed.Dispose();
            writer = new JournalWriter(folder, Name, reader, index, options);
            signal.Raise();
        }

        return Task.CompletedTask;
    }

    public Task Ended { get; } = new TaskCompletionSource().Task;

    public Task<long> Append(IReadOnlyList<NewEvent> events, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        if (commits is null)
        {
            throw new InvalidOperationException($"Log '{Name}' in {folder} is open for reading only.");
        }

        var applied = AppendRules.Apply(Name, events);
        return applied.Length == 0 ? Head(cancellation) : commits.Append(applied);
    }

    public IAsyncEnumerable<StoredEvent> ReadAll(long afterPosition = 0, CancellationToken cancellation = default) => Read(afterPosition, null, cancellation);

    /// <summary>As the interface says; reads through the whole journal, since streams have no index of their own.</summary>
    public async IAsyncEnumerable<StoredEvent> ReadStream(string stream, long afterVersion = 0, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var e in Read(0, stream, cancellation))
        {
            if (e.Version > afterVersion)
            {
                yield return e;
            }
        }
    }

    public Task<long> Head(CancellationToken cancellation = default) => Task.FromResult(writer?.Head ?? reader.Head());

    public async Task WaitForAppend(long afterPosition, TimeSpan atMost, CancellationToken cancellation = default)
    {
        var until = Environment.TickCount64 + (long)atMost.TotalMilliseconds;
        while (true)
        {
            var news = WritersHere.TryGetValue(folder, out var here) ? here.Next : null;
            var left = TimeSpan.FromMilliseconds(until - Environment.TickCount64);
            if (await Head(cancellation) > afterPosition || left <= TimeSpan.Zero)
            {
                return;
            }

            await AppendSignal.Wait(news ?? Task.Delay(PollEvery, cancellation), left, cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (commits is not null)
        {
            await commits.Close();
            WritersHere.TryRemove(new(folder, signal));
            writer!.Dispose();
            await folderLock!.DisposeAsync();
            signal.Raise();
        }
    }

    private void Commit(IReadOnlyList<PendingAppend> group)
    {
        writer!.Commit(group);
        signal.Raise();
    }

    private async IAsyncEnumerable<StoredEvent> Read(long afterPosition, string? stream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var head = await Head(cancellation);
        foreach (var e in reader.Read(Math.Max(afterPosition, 0), head, stream))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return e;
        }
    }
}
