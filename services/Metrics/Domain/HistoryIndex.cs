using Skale.Contracts;
using Skale.EventStore;

namespace Skale.Metrics.Domain;

/// <summary>
/// Which events concern which node and chain, and which event caused which: positions only, so that it stays small beside a long log.
/// Mutable; its owner guards it.
/// </summary>
public sealed class HistoryIndex
{
    private readonly Dictionary<NodeId, List<long>> nodes = [];
    private readonly Dictionary<ChainName, List<long>> chains = [];
    private readonly Dictionary<long, long> causes = [];
    private readonly RecentIds firsts = new(4096);
    private readonly RecentIds orders = new(65536);
    private long last;

    /// <summary>Takes the next event in; one that was taken in before is passed over.</summary>
    /// <param name="before">The network as it was before the event.</param>
    public void Add(NetworkView before, Recorded e)
    {
        if (e.Position <= last)
        {
            return;
        }

        last = e.Position;
        var (ofNodes, ofChains) = Subjects.Of(before, e);
        foreach (var node in ofNodes)
        {
            Note(nodes, node, e.Position);
        }

        foreach (var chain in ofChains)
        {
            Note(chains, chain, e.Position);
        }

        // What one input gives stands together in the log, behind its first event, which is the cause of the rest; an outcome may name its order.
        if (e.Stored.CausationId is { } cause && (firsts.Find(cause) ?? orders.Find(cause)) is { } position)
        {
            causes[e.Position] = position;
        }
        else
        {
            firsts.Add(e.Stored.Id, e.Position);
        }

        if (EventKinds.Of(e.Content) == EventKind.Order)
        {
            orders.Add(e.Stored.Id, e.Position);
        }
    }

    /// <summary>Positions in rising order; empty when nothing is known of the node.</summary>
    public IReadOnlyList<long> Of(NodeId node) => nodes.TryGetValue(node, out var positions) ? [.. positions] : [];

    /// <summary>Positions in rising order; empty when nothing is known of the chain.</summary>
    public IReadOnlyList<long> Of(ChainName chain) => chains.TryGetValue(chain, out var positions) ? [.. positions] : [];

    /// <summary>Position of the event that caused one; null when the cause is not in this log.</summary>
    public long? CauseOf(long position) => causes.TryGetValue(position, out var cause) ? cause : null;

    private static void Note<T>(Dictionary<T, List<long>> index, T subject, long position)
        where T : notnull
    {
        if (!index.TryGetValue(subject, out var positions))
        {
            index[subject] = positions = [];
        }

        positions.Add(position);
    }
}

/// <summary>The latest events that others may name as their cause, by id.</summary>
internal sealed class RecentIds(int most)
{
    private readonly Dictionary<Guid, long> positions = [];
    private readonly Queue<Guid> byAge = [];

    public void Add(Guid id, long position)
    {
        positions[id] = position;
        byAge.Enqueue(id);
        if (byAge.Count > most)
        {
            positions.Remove(byAge.Dequeue());
        }
    }

    public long? Find(Guid id) => positions.TryGetValue(id, out var position) ? position : null;
}
