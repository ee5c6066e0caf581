using Microsoft.Win32.SafeHandles;

namespace Skale.EventStore;

/// <summary>The one writer of a folder, whose lock somebody holds meanwhile. Its commits come one after another (see <see cref="GroupCommit"/>).</summary>
internal sealed class JournalWriter : IDisposable
{
    private readonly string folder;
    private readonly JournalOptions options;
    private readonly JournalState state;
    private readonly SegmentIndex index;
    private readonly CommitMark mark;
    private readonly ByteBuffer buffer = new(64 * 1024);
    private readonly ByteBuffer digests = new();
    private readonly List<ulong> fingerprints;
    private SegmentDigests? digestFile;
    private SafeFileHandle? handle;
    private Segment segment;
    private long bytes;
    private long head;
    private Exception? failure;

    public JournalWriter(string folder, string log, JournalReader reader, SegmentIndex index, JournalOptions options)
    {
        (this.folder, this.index, this.options) = (folder, index, options);
        try
        {
            state = new JournalState(log, (id, upTo) => reader.PositionOf(id, 0, upTo) > 0);
            var end = new JournalRecovery(folder, state, index, options.Warn).Recover();
            (head, fingerprints) = (end.Next - 1, end.Fingerprints);
            if (end.Segment is { } last)
            {
                (segment, bytes) = (last, end.Bytes);
                handle = File.OpenHandle(last.File, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
                RandomAccess.FlushToDisk(handle);
                digestFile = new SegmentDigests(last);
                EndIfFull();
            }

            mark = CommitMark.OpenForWriting(folder);
            mark.Claim(head);
            Segment.FlushFolder(folder);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The last durable position.</summary>
    public long Head => Volatile.Read(ref head);

    /// <summary>It stores nothing any more: what of the last group is in the files only opening them again can tell.</summary>
    public bool HasFailed => Volatile.Read(ref failure) is not null;

    /// <summary>Stores a group: each append that fits becomes a commit of its own, all made durable by one flush.</summary>
    public void Commit(IReadOnlyList<PendingAppend> group)
    {
        if (failure is not null)
        {
            throw new IOException($"Journal {folder} stopped writing after an error and must be opened again: {failure.Message}", failure);
        }

        buffer.Truncate(0);
        digests.Truncate(0);
        var accepted = new List<(PendingAppend Append, long Last, int EndsAt)>(group.Count);
        var position = head;
        foreach (var append in group)
        {
            try
            {
                state.Accept(append.Events);
            }
            catch (Exception e) when (e is VersionConflictException or DuplicateEventException)
            {
                append.Fail(e);
                continue;
            }

            for (var i = 0; i < append.Events.Count; i++)
            {
                WriteLine(append.Events[i], ++position, append.Events.Count - 1 - i);
            }

            accepted.Add((append, position, buffer.Length));
        }

        if (accepted.Count > 0)
        {
            Store(position);
            Settle(accepted);
            EndIfFull();
        }
    }

    public void Dispose()
    {
        handle?.Dispose();
        digestFile?.Dispose();
        mark?.Dispose();
    }

    private void WriteLine(NewEvent e, long position, int more)
    {
        var (start, tip) = (buffer.Length, state.TipOf(e.Stream));
        EventLine.Write(
            buffer, position, e.Id, e.Stream, e.Version, e.Type, e.Data.Span, e.At, e.CausationId, e.CorrelationId, e.Headers.Span, e.Version == 1 ? default : tip.Digest);
        MerkleHash.OfLeaf(buffer.Written[start..]).Span.CopyTo(tip.Digest);
        digests.Add(tip.Digest);
        if (more > 0)
        {
            EventLine.MarkMore(buffer, more);
        }

        buffer.Add((byte)'\n');
    }

    private void Store(long last)
    {
        try
        {
            if (handle is null)
            {
                Begin();
            }

            RandomAccess.Write(handle!, buffer.Written, bytes);
            RandomAccess.FlushToDisk(handle!);
            digestFile!.Write(head + 1, digests.Written);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failure = e;
            throw new IOException($"{segment.File}: {last - head} events from position {head + 1} on could not be made durable: {e.Message} Make room or repair the disk, then open the journal again.", e);
        }
    }

    private void Settle(List<(PendingAppend Append, long Last, int EndsAt)> accepted)
    {
        foreach (var (append, last, endsAt) in accepted)
        {
            fingerprints.AddRange(append.Events.Select(e => Fingerprints.Of(e.Id)));
            index.Note(segment, last + 1, bytes + endsAt);
        }

        bytes += buffer.Length;
        Volatile.Write(ref head, accepted[^1].Last);
        state.Stored(head);
        mark.Advance(head);
        accepted.ForEach(a => a.Append.Succeed(a.Last));
    }

    /// <summary>Only now, between two commits, is the state what the files hold.</summary>
    private void EndIfFull()
    {
        if (bytes < options.SegmentBytes)
        {
            return;
        }

        try
        {
            digestFile!.Flush();
            SegmentSummary.Write(segment, bytes, state, fingerprints);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failure = e; // for the next append: these are stored
        }

        fingerprints.Clear();
        handle!.Dispose();
        digestFile!.Dispose();
        (handle, digestFile, bytes) = (null, null, 0);
    }

    private void Begin()
    {
        segment = Segment.At(folder, head + 1);
        bytes = 0;
        handle = File.OpenHandle(segment.File, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read);
        digestFile = new SegmentDigests(segment);
        Segment.FlushFolder(folder);
    }
}
