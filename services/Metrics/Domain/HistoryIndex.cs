using Skale.Contracts;

namespace Skale.Metrics.Domain;

/// <summary>
/// Which events concern which node and chain, and which event caused which: positions only, so that it stays small beside a long log.
/// Mutable; its owner guards it.
/// </summary>
public sealed class HistoryIndex
{
    private const int MostCauses = 4096;
    private readonly Dictionary<NodeId, List<long>> nodes = [];
    private readonly Dictionary<ChainName, List<long>> chains = [];
    private readonly Dictionary<long, long> causes = [];
    private readonly Dictionary<Guid, long> roots = [];
    private readonly Queue<Guid> rootsByAge = [];
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

        if (e.Stored.CausationId is { } cause && roots.TryGetValue(cause, out var position))
        {
            causes[e.Position] = position;
        }
        else
        {
            Remember(e.Stored.Id, e.Position);
        }
    }

    /// <summary>Positions in rising order; empty when nothing is known of the node.</summary>
    public IReadOnlyList<long> Of(NodeId node) => nodes.TryGetValue(node, out var positions) ? [.. positions] : [];

    /// <summary>Positions in rising order; empty when nothing is known of the chain.</summary>
    public IReadOnlyList<long> Of(ChainName chain) => chains.TryGetValue(chain, out var positions) ? [.. positions] : [];

    /// <summary>Position of the event that caused one; null when the cause is not in this log.</summary>
    public long? CauseOf(long position) => causes.TryGetValue(position, out var cause) ? cause : null;

    // What one input gives stands together in the log, behind its first event, which is the cause of the rest: only late first events are needed.
    private void Remember(Guid id, long position)
    {
        roots[id] = position;
        rootsByAge.Enqueue(id);
        if (rootsByAge.Count > MostCauses)
        {
            roots.Remove(rootsByAge.Dequeue());
        }
    }

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
