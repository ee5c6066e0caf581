using System.Diagnostics;
using Skale.Contracts;
using Skale.EventStore;

namespace Skale.Scheduler.Domain;

/// <summary>The scheduler's rules: what each input gives, and what the sagas make of the state it leaves.</summary>
public sealed class NetworkDecider : IDecider<Network>
{
    public Network Initial() => new();

    public void Evolve(Network state, object stored) => NetworkFold.Evolve(state, stored);

    public IReadOnlyList<object> Decide(Network state, object input, DateTimeOffset now) => input switch
    {
        IFact fact => DecideFact(state, fact, now),
        NodeEnrolled e => DecideEnrolment(state, e, now),
        AssignmentRequested e => KnownNode(state, e).LastReport >= e.Report ? [] : [e, Assignment(state, e.Node, now)],
        SubnodeStarted e => IsNews(state, e, e.Chain, e.Generation) ? [e] : [],
        SubnodeFailed e => IsNews(state, e, e.Chain, e.Generation) ? [e] : [],
        SubnodeRemoved e => DecideRemoved(state, e, now),
        TimePassed e => state.NextDeadline <= e.At ? [e] : [],
        SchedulerStarted e when state.Name.Length > 0 && state.Name != e.Network => throw new ImpossibleInputException(
            $"This log belongs to network '{state.Name}', not to '{e.Network}'. Check Scheduler:Network, or give the other network a store of its own."),
        SchedulerStarted or FactGapSeen => [input],
        _ => throw new UnreachableException($"No rule for input {input.GetType().Name}."),
    };

    public IReadOnlyList<object> Next(Network state, DateTimeOffset now)
    {
        while (state.TryTakeAttention(out var chain))
        {
            var events = chain.Phase switch
            {
                ChainPhase.Requested or ChainPhase.Deferred => Creation.Place(state, chain, now),
                ChainPhase.Creating or ChainPhase.Active or ChainPhase.Degraded => Creation.Proceed(state, chain, now),
                ChainPhase.Removing => Removal.Proceed(state, chain, now),
                ChainPhase.Removed when chain is { Wanted: not null, Deleted: false } => [new CreationRepeated(chain.Name, "nothing is left of what was retracted", now)],
                ChainPhase.Removed or ChainPhase.Refused => [],
                _ => throw new UnreachableException($"{chain.Phase}"),
            };
            if (events.Count > 0)
            {
                return events;
            }
        }

        return [];
    }

    public string StreamOf(object stored) => StoredEvents.StreamOf(stored);

    private static IReadOnlyList<object> DecideFact(Network state, IFact fact, DateTimeOffset now)
    {
        var origin = fact.Origin;
        if (state.Name != origin.Network)
        {
            throw new ImpossibleInputException($"A fact of network '{origin.Network}' reached the scheduler of '{state.Name}'. Check Scheduler:Network and the bus address.");
        }

        if (origin.Number <= state.LastFact)
        {
            return [];
        }

        if (origin.Number != state.LastFact + 1)
        {
            throw new ImpossibleInputException($"Fact {origin.Number} came before fact {state.LastFact + 1}.");
        }

        return fact switch
        {
            FactsRetracted e => Retraction.Undo(state, e, now),
            NodeRegistered e when state.EarlyEnrolments.ContainsKey(e.Node) => [e, new AssignmentIssued(e.Node, 0, [], [], now)],
            ChainDeleted e when !state.Chains.TryGetValue(e.Chain, out var chain) || chain.Phase == ChainPhase.Refused || chain.Deleted || chain.Wanted is null =>
                [new FactWithoutEffect(e.Origin, nameof(ChainDeleted), StoredEvents.Chain(e.Chain), $"chain '{e.Chain}' does not run here", now)],
            ChainBought e when state.Chains.TryGetValue(e.Chain, out var known) && known.Wanted is not null =>
                [new FactWithoutEffect(e.Origin, nameof(ChainBought), StoredEvents.Chain(e.Chain), $"a chain '{e.Chain}' is known already", now)],
            ChainBought { Group: not null } e when state.Contract.Recompute(e) is { Verdict: Recomputation.Differs } found =>
                [e, new ContractGroupDiffers(e.Chain, e.Group, found.Computed!, found.Evidence, now)],
            NodeRegistered e when state.IsRegistered(e.Node) =>
                [new FactWithoutEffect(e.Origin, nameof(NodeRegistered), StoredEvents.Node(e.Node), $"node {e.Node} is known already", now)],
            _ when NodeOf(fact) is { } node && !state.IsRegistered(node) =>
                [new FactWithoutEffect(origin, fact.GetType().Name, StoredEvents.Node(node), $"node {node} is not registered", now)],
            _ => [fact],
        };
    }

    private static NodeId? NodeOf(IFact fact) => fact switch
    {
        NodeExitStarted e => e.Node,
        NodeExitCompleted e => e.Node,
        NodeMaintenanceChanged e => e.Node,
        NodeComplianceChanged e => e.Node,
        NodeAddressChanged e => e.Node,
        _ => null,
    };

    private static IReadOnlyList<object> DecideEnrolment(Network state, NodeEnrolled e, DateTimeOffset now)
    {
        if (!state.Nodes.TryGetValue(e.Node, out var node))
        {
            return state.EarlyEnrolments.TryGetValue(e.Node, out var early) && early.Report >= e.Report ? [] : [e];
        }

        return node.LastReport >= e.Report ? [] : [e, Assignment(state, e.Node, now)];
    }

    private static IReadOnlyList<object> DecideRemoved(Network state, SubnodeRemoved e, DateTimeOffset now)
    {
        KnownNode(state, e);
        return state.Chains.TryGetValue(e.Chain, out var chain) && chain.Members.TryGetValue(e.Node, out var member) && member.Phase == MemberPhase.RemovalOrdered && e.Generation > member.Subnode!.Generation
            ? [e, new SlicesReleased(e.Node, e.Chain, chain.Slices, member.Slot, now)]
            : [];
    }

    private static AssignmentIssued Assignment(Network state, NodeId node, DateTimeOffset now)
    {
        var members = state.Nodes[node].Reservations.Keys.Select(c => state.Chains[c].Members[node]).ToArray();
        return new AssignmentIssued(
            node, state.Nodes[node].Generation, [.. members.Where(m => m.HasOrder).Select(m => m.Subnode!)],
            [.. state.Nodes[node].Reservations.Keys.Where(c => state.Chains[c].Members[node].Phase == MemberPhase.RemovalOrdered)], now);
    }

    /// <summary>A report counts when it is newer than what is known and not about an order before the present one.</summary>
    private static bool IsNews(Network state, IReport report, ChainName chain, long generation)
    {
        KnownNode(state, report);
        return state.Chains.TryGetValue(chain, out var known) && known.Members.TryGetValue(report.Node, out var member)
            && member.HasOrder && member.Subnode!.Generation <= generation && member.LastReport < report.Report;
    }

    private static Node KnownNode(Network state, IReport report) => state.Nodes.GetValueOrDefault(report.Node)
        ?? throw new ImpossibleInputException($"{report.GetType().Name} {report.Report} comes from node {report.Node}, which is not registered in network '{state.Name}'.");
}
