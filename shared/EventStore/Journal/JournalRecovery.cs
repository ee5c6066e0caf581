namespace Skale.EventStore;

/// <summary>What the writer does before its first append: read every line, rebuild what it must know, and cut what a crash left unfinished.</summary>
internal static class JournalRecovery
{
    /// <summary>The last segment (none for an empty journal), how long it is and what position follows.</summary>
    public readonly record struct End(Segment? Segment, long Bytes, long Next);

    /// <exception cref="JournalCorruptException">The journal holds something that no crash explains.</exception>
    public static End Recover(string folder, JournalState state, SegmentIndex index, Action<string> warn)
    {
        var end = new End(null, 0, 1);
        var committed = CommitMark.Read(folder)?.Position ?? 0;
        var segments = Segment.List(folder);
        foreach (var segment in segments)
        {
            if (segment.First != end.Next)
            {
                throw new JournalCorruptException(segment.File, 1, $"the segment begins with position {segment.First}, but {end.Next} must follow: a segment is missing");
            }

            end = Recover(segment, state, index, segment == segments[^1] ? committed : null, warn);
        }

        return end.Next > committed
            ? end
            : throw new JournalCorruptException(Segment.At(folder, 1).File, 1, $"the journal is empty, though position {committed} was committed");
    }

    /// <param name="committed">For the last segment, how far the journal is surely committed; null for the others, which have no unfinished commit.</param>
    private static End Recover(Segment segment, JournalState state, SegmentIndex index, long? committed, Action<string> warn)
    {
        using var commits = new CommitReader(segment, segment.First, 0);
        var lines = new List<(Guid Id, string Stream, long Version)>();
        JournalCorruptException? broken;
        while (TryRead(commits, lines, state, out broken))
        {
            Accept(commits, lines, state);
            index.Note(segment, commits.Next, commits.Offset);
        }

        if (commits.Next <= committed)
        {
            throw broken ?? commits.Corrupt(commits.Next, $"the journal ends before position {commits.Next}, though position {committed} was committed");
        }

        var rest = ReadFrom(segment, commits.Offset);
        if (rest.Length > 0)
        {
            if (committed is null || !TornTail.Explains(rest))
            {
                throw broken ?? commits.Corrupt(commits.Next, "a commit begins here and never ends");
            }

            Cut(segment, commits.Offset);
            warn($"{segment.File}: {rest.Length} bytes behind line {segment.LineOf(commits.Next) - 1} were cut: a commit that a crash left unfinished, never acknowledged.");
        }

        return new End(segment, commits.Offset, commits.Next);
    }

    private static bool TryRead(CommitReader commits, List<(Guid Id, string Stream, long Version)> lines, JournalState state, out JournalCorruptException? broken)
    {
        broken = null;
        try
        {
            return commits.TryRead((in line) => lines.Add((line.Id, state.Name(line.Stream), line.Version)));
        }
        catch (JournalCorruptException e)
        {
            broken = e;
            return false;
        }
    }

    private static void Accept(CommitReader commits, List<(Guid Id, string Stream, long Version)> lines, JournalState state)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            try
            {
                state.Accept(lines[i].Id, lines[i].Stream, lines[i].Version);
            }
            catch (DuplicateEventException e)
            {
                throw commits.Corrupt(commits.Next - lines.Count + i, $"event {lines[i].Id} is stored a second time", e);
            }
            catch (VersionConflictException e)
            {
                throw commits.Corrupt(commits.Next - lines.Count + i, $"version {lines[i].Version} of stream '{lines[i].Stream}' does not follow the version before", e);
            }
        }

        lines.Clear();
    }

    private static byte[] ReadFrom(Segment segment, long offset)
    {
        using var file = File.Open(segment.File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        file.Position = offset;
        var rest = new byte[file.Length - offset];
        file.ReadExactly(rest);
        return rest;
    }

    private static void Cut(Segment segment, long bytes)
    {
        using var handle = File.OpenHandle(segment.File, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        RandomAccess.SetLength(handle, bytes);
        RandomAccess.FlushToDisk(handle);
    }
}
