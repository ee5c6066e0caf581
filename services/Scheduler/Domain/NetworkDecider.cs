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
        BackupTaken or DataRestored or DataWiped => DecideData(state, (IReport)input),
        ManagerDiffers e => DecideDifference(state, e.Network, (e.Subject, e.What), e.At, e),
        ManagerDifferenceGone e => DecideDifference(state, e.Network, (e.Subject, e.What), e.At, e),
        NodeSuspected e => IsPresence(state, e.Node, Presence.Heard) ? [e] : [],
        NodeLost e => IsPresence(state, e.Node, Presence.Suspect) ? [e] : [],
        NodeReturned e => IsPresence(state, e.Node, Presence.Suspect) ? [e] : IsPresence(state, e.Node, Presence.Lost) ? [e, Assignment(state, e.Node, now)] : [],
        TimePassed e => state.NextDeadline <= e.At ? [e] : [],
        SchedulerStarted e when state.Name.Length > 0 && state.Name != e.Network => throw new ImpossibleInputException(
            $"This log belongs to network '{state.Name}', not to '{e.Network}'. Check Scheduler:Network, or give the other network a store of its own."),
        SchedulerStarted e => [e, .. state.Nodes.Values.SelectMany(n => Capacity.Judge(e.Policy, n.Id, n.Refusal, n.Machine, now))],
        FactGapSeen => [input],
        IRequest e => RequestDecider.Decide(state, e, now),
        _ => throw new UnreachableException($"No rule for input {input.GetType().Name}."),
    };

    public IReadOnlyList<object> Next(Network state, DateTimeOffset now)
    {
        while (state.TryTakeAttention(out var chain))
        {
            var events = Expiry.Proceed(chain, now) ?? chain.Phase switch
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

        while (state.TakeAttendedNode() is { } node)
        {
            if (Drain.Proceed(state, node, now) is { Count: > 0 } events)
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
        Own(state, origin.Network, "A fact");
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
            NodeRegistered e when state.EarlyEnrolments.TryGetValue(e.Node, out var early) =>
                [e, new AssignmentIssued(e.Node, 0, [], [], now), .. Capacity.Judge(state.Policy, e.Node, null, early.Machine, now)],
            ChainDeleted e when !state.Chains.TryGetValue(e.Chain, out var chain) || chain.Phase == ChainPhase.Refused || chain.Deleted || chain.Wanted is null || chain.Terms is not null =>
                [new FactWithoutEffect(e.Origin, nameof(ChainDeleted), StoredEvents.Chain(e.Chain), state.Chains.GetValueOrDefault(e.Chain)?.Terms is not null ? $"chain '{e.Chain}' was not bought in the contract" : $"chain '{e.Chain}' does not run here", now)],
            ChainBought e when state.Chains.TryGetValue(e.Chain, out var known) && known.Wanted is not null =>
                [new FactWithoutEffect(e.Origin, nameof(ChainBought), StoredEvents.Chain(e.Chain), $"a chain '{e.Chain}' is known already", now)],
            ChainBought { Group: not null } e when state.Contract.Recompute(e) is { Verdict: Recomputation.Differs } found =>
                [e, new ContractGroupDiffers(e.Chain, e.Group, found.Computed!, found.Evidence, now)],
            ChainRotated { Chain: { } name } e when state.Policy.Replacement is not null && state.Chains.TryGetValue(name, out var chain) && chain.Wanted is not null =>
                DecideRotation(chain, e, now),
            NodeRegistered e when state.IsRegistered(e.Node) =>
                [new FactWithoutEffect(e.Origin, nameof(NodeRegistered), StoredEvents.Node(e.Node), $"node {e.Node} is known already", now)],
            _ when NodeOf(fact) is { } node && !state.IsRegistered(node) =>
                [new FactWithoutEffect(origin, fact.GetType().Name, StoredEvents.Node(node), $"node {node} is not registered", now)],
            _ => [fact],
        };
    }

    /// <summary>What the watcher found is kept as it came, for whoever reads this log; repeats and what came late are not.</summary>
    private static IReadOnlyList<object> DecideDifference(Network state, string network, (string Subject, string What) difference, DateTimeOffset at, object told)
    {
        Own(state, network, "A difference");
        return state.DifferencesTold.TryGetValue(difference, out var last) && last >= at ? [] : [told];
    }

    private static void Own(Network state, string network, string what)
    {
        if (state.Name != network)
        {
            throw new ImpossibleInputException($"{what} of network '{network}' reached the scheduler of '{state.Name}'. Check Scheduler:Network and the bus address.");
        }
    }

    /// <summary>A chain that was refused begins again: it may have been for the nodes that the contract named.</summary>
    private static IReadOnlyList<object> DecideRotation(Chain chain, ChainRotated e, DateTimeOffset now) => (ContractGroup.After(chain, e), chain.Phase) switch
    {
        ({ Fault: { } fault }, not ChainPhase.Refused) => [e, new ContractGroupUnknown(chain.Name, fault, now)],
        ({ Told: { } told }, ChainPhase.Refused) when !told.SequenceEqual(chain.Told!) => [e, new CreationRepeated(chain.Name, "the contract names another group", now)],
        _ => [e],
    };

    private static NodeId? NodeOf(IFact fact) => fact switch
    {
        NodeExitStarted e => e.Node,
        NodeExitCompleted e => e.Node,
        NodeMaintenanceChanged e => e.Node,
        NodeComplianceChanged e => e.Node,
        NodeAddressChanged e => e.Node,
        _ => null,
    };

    /// <summary>Only a later enrolment makes one late: what the agent asked after it may overtake it, and does not say what machine it is on.</summary>
    private static IReadOnlyList<object> DecideEnrolment(Network state, NodeEnrolled e, DateTimeOffset now)
    {
        if (!state.Nodes.TryGetValue(e.Node, out var node))
        {
            return state.EarlyEnrolments.TryGetValue(e.Node, out var early) && early.Report >= e.Report ? [] : [e];
        }

        return node.LastEnrolment >= e.Report ? [] : [e, Assignment(state, e.Node, now), .. Capacity.Judge(state.Policy, e.Node, node.Refusal, e.Machine, now)];
    }

    /// <summary>An agent that has removed what was there before, and knows of no later order, is told again what it is to run and to remove.</summary>
    private static IReadOnlyList<object> DecideRemoved(Network state, SubnodeRemoved e, DateTimeOffset now)
    {
        KnownNode(state, e);
        return !state.Chains.TryGetValue(e.Chain, out var chain) || !chain.Members.TryGetValue(e.Node, out var member) || member.Phase != MemberPhase.RemovalOrdered ? []
            : e.Generation > member.Generation ? [e, new SlicesReleased(e.Node, e.Chain, state.Nodes[e.Node].Reservations[e.Chain].Slices, member.Slot, now)]
            : e.Report > member.LastReport ? [e, Assignment(state, e.Node, now)]
            : [];
    }

    private static IReadOnlyList<object> DecideData(Network state, IReport e)
    {
        KnownNode(state, e);
        return state.DataReports.Contains((e.Node, e.Report)) ? [] : [e];
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
            && member.HasOrder && member.Generation <= generation && member.LastReport < report.Report;
    }

    private static bool IsPresence(Network state, NodeId node, Presence presence) => state.Nodes.TryGetValue(node, out var known) && known.Presence == presence;

    private static Node KnownNode(Network state, IReport report) => state.Nodes.GetValueOrDefault(report.Node)
        ?? throw new ImpossibleInputException($"{report.GetType().Name} {report.Report} comes from node {report.Node}, which is not registered in network '{state.Name}'.");
}
