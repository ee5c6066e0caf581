using System.Text;

namespace Skale.EventStore;

/// <summary>What the one writer of a journal must know to accept or refuse: the version of each stream, and every event id.</summary>
internal sealed class JournalState(string log)
{
    private readonly Dictionary<string, long> versions = [];
    private readonly HashSet<Guid> ids = [];

    /// <summary>Takes all events in, or none.</summary>
    public void Accept(IReadOnlyList<NewEvent> events)
    {
        for (var i = 0; i < events.Count; i++)
        {
            try
            {
                Accept(events[i].Id, events[i].Stream, events[i].Version);
            }
            catch
            {
                Forget(events, i);
                throw;
            }
        }
    }

    public void Accept(Guid id, string stream, long version)
    {
        if (!ids.Add(id))
        {
            throw new DuplicateEventException(log, id);
        }

        var actual = versions.GetValueOrDefault(stream);
        if (version != actual + 1)
        {
            ids.Remove(id);
            throw new VersionConflictException(log, stream, version - 1, actual);
        }

        versions[stream] = version;
    }

    /// <summary>The text of a stream name, without a new string for a known one.</summary>
    public string Name(ReadOnlySpan<byte> stream)
    {
        var text = stream.Length <= 512 ? stackalloc char[stream.Length] : new char[stream.Length];
        text = text[..Encoding.UTF8.GetChars(stream, text)];
        return versions.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var known, out _) ? known : text.ToString();
    }

    private void Forget(IReadOnlyList<NewEvent> events, int count)
    {
        for (var i = count - 1; i >= 0; i--)
        {
            ids.Remove(events[i].Id);
            versions[events[i].Stream] = events[i].Version - 1;
        }
    }
}
