using Skale.Contracts;
using Skale.Metrics.Domain;

namespace Skale.Metrics.Tests;

/// <summary>A log as the read side folds it.</summary>
internal sealed class Folded
{
    private readonly Dictionary<long, Recorded> events;

    public Folded(ScriptedScheduler scheduler)
    {
        events = scheduler.Events.Select(EventReader.Read).ToDictionary(e => e.Position);
        foreach (var e in events.Values)
        {
            Index.Add(View, e);
            View = NetworkFold.Evolve(View, e);
        }
    }

    public NetworkView View { get; private set; } = NetworkView.Empty;

    public HistoryIndex Index { get; } = new();

    public ChainView Chain(string name) => View.Chains[new ChainName(name)];

    public NodeView Node(long id) => View.Nodes[new NodeId(id)];

    public EventEntry[] HistoryOf(string chain) => Entries(Index.Of(new ChainName(chain)));

    public EventEntry[] HistoryOf(long node) => Entries(Index.Of(new NodeId(node)));

    private EventEntry[] Entries(IEnumerable<long> positions) =>
        [.. positions.Select(p => EventEntry.Of(events[p], Index.CauseOf(p) is { } cause ? events[cause] : null))];
}
