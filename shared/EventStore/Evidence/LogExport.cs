namespace Skale.EventStore;

/// <summary>An export was to be written where something is already.</summary>
public sealed class FolderNotEmptyException(string folder) : IOException($"{folder} exists and is not an empty folder: an export goes into a new one. Give another name.");

/// <summary>What was exported.</summary>
/// <param name="After">The position the export begins behind; 0 for a whole log.</param>
/// <param name="Last">The position of its last event.</param>
/// <param name="LastSeal">The checkpoint of the largest tree; null when there is none, or none can be read.</param>
/// <param name="Problem">What of the log's evidence could not be read, in words; verification of the export names it too. Null when all could.</param>
public sealed record ExportSummary(string Folder, long After, long Last, long Events, Checkpoint? LastSeal, string? Problem)
{
    /// <summary>Events behind the last checkpoint: not sealed yet.</summary>
    public long Unsealed => Math.Max(0, Last - Math.Max(LastSeal?.Size ?? 0, After));
}

/// <summary>
/// Writes a log, with all that proves it, into a folder: canonical lines, the digests recorded for them, checkpoints, keys. The folder is a journal, which
/// <see cref="JournalLog.OpenReader"/> reads. Nothing is judged: a log that somebody changed is exported as it is, for <see cref="ExportVerifier"/> to find it.
/// </summary>
public static class LogExport
{
    private const int EventsBetweenReports = 1024;

    /// <param name="folder">New or empty.</param>
    /// <param name="after">Only the events behind this position.</param>
    /// <param name="onPosition">Hears how far it is.</param>
    /// <exception cref="FolderNotEmptyException">Something is there already.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The position is below 0 or behind the end of the log.</exception>
    /// <exception cref="DigestMissingException">A digest up to the position is missing, so that nothing behind it could be verified: export the whole log.</exception>
    /// <exception cref="JournalCorruptException">The log is a journal with lines that are no events: verify it in place.</exception>
    public static Task<ExportSummary> Write(IEventLog log, string folder, long after = 0, Action<long>? onPosition = null, CancellationToken cancellation = default) =>
        Write(log, folder, after, new JournalOptions().SegmentBytes, onPosition, cancellation);

    internal static async Task<ExportSummary> Write(IEventLog log, string folder, long after, long segmentBytes, Action<long>? onPosition, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(after, await log.Head(cancellation));
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw new FolderNotEmptyException(Path.GetFullPath(folder));
        }

        Directory.CreateDirectory(folder);
        if (after > 0)
        {
            await WriteNew(folder, ExportStart.FileName, (await StartBehind(log, after, cancellation)).ToBytes(), cancellation);
        }

        // Checkpoints before events: whatever a checkpoint was signed over was committed before it, so an event that is then missing was removed. And keys
        // behind checkpoints: a key is kept before it signs.
        var (last, seals) = await WriteSeals(log, folder, after, cancellation);
        var keys = await WriteKeys(log, folder, cancellation);
        await using var segments = new ExportSegments(folder, after + 1, segmentBytes);
        var events = await WriteLines(log, segments, await log.Head(cancellation), onPosition, cancellation);
        Segment.FlushFolder(folder);
        return new ExportSummary(folder, after, segments.Next - 1, events, last, seals ?? keys);
    }

    private static async Task<long> WriteLines(IEventLog log, ExportSegments segments, long head, Action<long>? onPosition, CancellationToken cancellation)
    {
        var events = 0L;
        await foreach (var line in log.Evidence.ReadLines(segments.Next - 1, cancellation))
        {
            if (line.Position > head)
            {
                break;
            }

            if (line.Position > segments.Next)
            {
                await segments.Skip(line.Position, log.Evidence, cancellation);
            }

            segments.Write(line);
            if (++events % EventsBetweenReports == 0)
            {
                onPosition?.Invoke(line.Position);
            }
        }

        return events;
    }

    private static async Task<ExportStart> StartBehind(IEventLog log, long after, CancellationToken cancellation)
    {
        var tree = new MerkleFrontier();
        await foreach (var digest in log.Evidence.ReadDigests(0, cancellation))
        {
            tree.Push(digest);
            if (tree.Size == after)
            {
                return new ExportStart(after, tree.Subtrees());
            }
        }

        throw new DigestMissingException($"log {log.Name}", tree.Size + 1);
    }

    /// <summary>What cannot be read is named in the file, which then verifies no more.</summary>
    private static async Task<(Checkpoint? Last, string? Problem)> WriteSeals(IEventLog log, string folder, long after, CancellationToken cancellation)
    {
        Checkpoint? last = null;
        await using var file = File.Create(Path.Combine(folder, ExportFolder.Seals));
        try
        {
            await foreach (var seal in log.Evidence.ReadSeals(Math.Max(after - 1, 0), cancellation))
            {
                if (last is not null)
                {
                    file.WriteByte((byte)'\n');
                }

                last = Checkpoint.Parse(seal);
                await file.WriteAsync(seal.ToBytes(), cancellation);
            }
        }
        catch (SealException e)
        {
            await file.WriteAsync(SignedNote.Utf8.GetBytes($"{(last is null ? "" : "\n")}not exported: {OneLine(e.Message)}\n"), cancellation);
            return (last, e.Message);
        }

        file.Flush(flushToDisk: true);
        return (last, null);
    }

    private static async Task<string?> WriteKeys(IEventLog log, string folder, CancellationToken cancellation)
    {
        try
        {
            await WriteNew(folder, ExportFolder.Keys, (await log.Evidence.LoadKeys(cancellation))?.ToBytes() ?? [], cancellation);
            return null;
        }
        catch (SealException e)
        {
            await WriteNew(folder, ExportFolder.Keys, SignedNote.Utf8.GetBytes($"not exported: {OneLine(e.Message)}\n"), cancellation);
            return e.Message;
        }
    }

    private static async Task WriteNew(string folder, string name, byte[] bytes, CancellationToken cancellation)
    {
        await using var file = new FileStream(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write);
        await file.WriteAsync(bytes, cancellation);
        file.Flush(flushToDisk: true);
    }

    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
