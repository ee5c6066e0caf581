using System.Buffers;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Skale.EventStore;

/// <summary>The one writer of a folder. Its commits come one after another (see <see cref="GroupCommit"/>).</summary>
internal sealed class JournalWriter : IDisposable
{
    private readonly string folder;
    private readonly JournalOptions options;
    private readonly JournalState state;
    private readonly SegmentIndex index;
    private readonly FileStream folderLock;
    private readonly CommitMark mark;
    private readonly ArrayBufferWriter<byte> buffer = new(64 * 1024);
    private readonly Utf8JsonWriter json;
    private SafeFileHandle? handle;
    private Segment segment;
    private long bytes;
    private long head;
    private Exception? failure;

    public JournalWriter(string folder, string log, SegmentIndex index, JournalOptions options)
    {
        (this.folder, this.index, this.options) = (folder, index, options);
        folderLock = JournalLock.Take(folder);
        try
        {
            state = new JournalState(log);
            var end = JournalRecovery.Recover(folder, state, index, options.Warn);
            head = end.Next - 1;
            if (end.Segment is { } last)
            {
                (segment, bytes) = (last, end.Bytes);
                handle = File.OpenHandle(last.File, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
                RandomAccess.FlushToDisk(handle);
            }

            mark = CommitMark.OpenForWriting(folder);
            mark.Claim(head);
            Segment.FlushFolder(folder);
            json = JournalLine.NewWriter(buffer);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The last durable position.</summary>
    public long Head => Volatile.Read(ref head);

    /// <summary>Stores a group: each append that fits becomes a commit of its own, all made durable by one flush.</summary>
    public void Commit(IReadOnlyList<PendingAppend> group)
    {
        if (failure is not null)
        {
            throw new IOException($"Journal {folder} stopped writing after an error and must be opened again: {failure.Message}", failure);
        }

        buffer.ResetWrittenCount();
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
                JournalLine.Write(buffer, json, append.Events[i], ++position, i + 1 == append.Events.Count ? append.Events.Count : 0);
            }

            accepted.Add((append, position, buffer.WrittenCount));
        }

        if (accepted.Count > 0)
        {
            Store(position);
            Settle(accepted);
        }
    }

    public void Dispose()
    {
        handle?.Dispose();
        mark?.Dispose();
        json?.Dispose();
        folderLock.Dispose();
    }

    private void Store(long last)
    {
        try
        {
            if (handle is null || bytes >= options.SegmentBytes)
            {
                Roll();
            }

            RandomAccess.Write(handle!, buffer.WrittenSpan, bytes);
            RandomAccess.FlushToDisk(handle!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failure = e;
            throw new IOException($"{segment.File}: {last - head} events from position {head + 1} on could not be made durable: {e.Message} Make room or repair the disk, then open the journal again.", e);
        }
    }

    private void Settle(List<(PendingAppend Append, long Last, int EndsAt)> accepted)
    {
        foreach (var (_, last, endsAt) in accepted)
        {
            index.Note(segment, last + 1, bytes + endsAt);
        }

        bytes += buffer.WrittenCount;
        Volatile.Write(ref head, accepted[^1].Last);
        mark.Advance(head);
        accepted.ForEach(a => a.Append.Succeed(a.Last));
    }

    private void Roll()
    {
        handle?.Dispose();
        segment = Segment.At(folder, head + 1);
        bytes = 0;
        handle = File.OpenHandle(segment.File, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read);
        Segment.FlushFolder(folder);
    }
}
