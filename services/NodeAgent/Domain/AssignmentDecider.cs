using System.Diagnostics;
using Skale.Contracts;
using Skale.EventStore;

namespace Skale.NodeAgent.Domain;

/// <summary>
/// An agent's rules. Orders carry the node's generation: the next one is applied, a repeat decides nothing, and behind a gap the agent
/// asks for its full assignment instead of guessing. Conditions are reported when they change, each report with its own number.
/// </summary>
public sealed class AssignmentDecider(NodeId node) : IDecider<Assignment>
{
    /// <summary>How long the agent waits for a full assignment before it asks again.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public Assignment Initial() => new(node);

    public void Evolve(Assignment state, object stored) => AssignmentFold.Evolve(state, stored);

    public IReadOnlyList<object> Next(Assignment state, DateTimeOffset now) => [];

    public string StreamOf(object stored) => StoredEvents.StreamOf(stored);

    public IReadOnlyList<object> Decide(Assignment state, object input, DateTimeOffset now) => input switch
    {
        StartSubnode e => InTurn(state, e.Node, e.Generation, now) ?? Start(state, e, now),
        RemoveSubnode e => InTurn(state, e.Node, e.Generation, now) ?? [e],
        AssignNode e => Assign(state, e),
        AgentStarted e => [new NodeEnrolled(node, state.LastReport + 1, e.Machine, state.Generation, [.. state.Subnodes.Values.Select(Unchecked)], now)],
        SubnodeAnswers e => Answers(state, e, now),
        SubnodeFails e => Fails(state, e, now),
        SubnodeGone e => Gone(state, e, now),
        AssignmentOverdue e => state.IsOverdue(e.At) ? [new AssignmentRequested(node, state.LastReport + 1, state.Generation, now)] : [],
        IDataInput e => DataDecider.Decide(state, e, now),
        _ => throw new UnreachableException($"No rule for input {input.GetType().Name}."),
    };

    /// <summary>At a start nothing is known before it is checked.</summary>
    private static SubnodeStatus Unchecked(Subnode subnode) => new(subnode.Chain, subnode.Generation, SubnodeCondition.Starting, null);

    /// <summary>Null when the order is the next one; otherwise what is decided instead of following it.</summary>
    private IReadOnlyList<object>? InTurn(Assignment state, NodeId receiver, long generation, DateTimeOffset now)
    {
        ThrowUnlessMine(receiver);
        return generation switch
        {
            _ when generation <= state.Generation => [],
            _ when generation == state.Generation + 1 => null,
            _ when state.AskAgainAt is not null && !state.IsOverdue(now) => [],
            _ => [new AssignmentRequested(node, state.LastReport + 1, state.Generation, now)],
        };
    }

    private IReadOnlyList<object> Start(Assignment state, StartSubnode e, DateTimeOffset now)
    {
        if (!state.Removals.ContainsKey(e.Subnode.Chain))
        {
            return [e];
        }

        var reason = $"the data of an earlier subnode of chain '{e.Subnode.Chain}' is still being removed from this node; order it again when that is reported done";
        return
        [
            new StartRefused(node, e.Generation, e.Subnode, reason, now),
            new SubnodeFailed(node, state.LastReport + 1, e.Subnode.Chain, e.Generation, reason, now),
        ];
    }

    /// <summary>An order that came too early, behind which the scheduler waits, comes again with the full assignment.</summary>
    private IReadOnlyList<object> Gone(Assignment state, SubnodeGone e, DateTimeOffset now)
    {
        if (!state.Removals.TryGetValue(e.Chain, out var generation) || generation != e.Generation)
        {
            return [];
        }

        var removed = new SubnodeRemoved(node, state.LastReport + 1, e.Chain, generation, now);
        return state.Refused.Contains(e.Chain) ? [removed, new AssignmentRequested(node, state.LastReport + 2, state.Generation, now)] : [removed];
    }

    private IReadOnlyList<object> Assign(Assignment state, AssignNode e)
    {
        ThrowUnlessMine(e.Node);
        if (e.Subnodes.GroupBy(s => s.Chain).FirstOrDefault(g => g.Count() > 1) is { Key: var twice })
        {
            throw new ImpossibleInputException($"The assignment of node {node} at generation {e.Generation} lists chain '{twice}' twice.");
        }

        var isKnown = state.Confirmed && state.AskAgainAt is null && e.Generation == state.Generation
            && e.Subnodes.OrderBy(s => s.Chain).SequenceEqual(state.Subnodes.Values)
            && e.Removals.Order().SequenceEqual(state.Removals.Keys);
        return e.Generation < state.Generation || isKnown ? [] : [e];
    }

    private IReadOnlyList<object> Answers(Assignment state, SubnodeAnswers e, DateTimeOffset now)
    {
        if (!IsCurrent(state, e.Chain, e.Generation))
        {
            return [];
        }

        return state.StandingOf(e.Chain).Started is { } last
            && (last.Generation, last.ContainerId, last.ImageDigest, last.Endpoint, last.Limits) == (e.Generation, e.ContainerId, e.ImageDigest, e.Endpoint, e.Limits)
            && last.Unenforced.SequenceEqual(e.Unenforced) && (last.Readings ?? []).SequenceEqual(e.Readings ?? []) && last.Image == e.Image
            && (last.Sidecars ?? []).SequenceEqual(e.Sidecars ?? [])
                ? []
                : [new SubnodeStarted(node, state.LastReport + 1, e.Chain, e.Generation, e.ContainerId, e.ImageDigest, e.Endpoint, e.Limits, e.Unenforced, now, e.Readings, e.Image, e.Sidecars)];
    }

    private IReadOnlyList<object> Fails(Assignment state, SubnodeFails e, DateTimeOffset now) =>
        !IsCurrent(state, e.Chain, e.Generation) || state.StandingOf(e.Chain) is { Condition: SubnodeCondition.Failing } standing && standing.Reason == e.Reason
            ? []
            : [new SubnodeFailed(node, state.LastReport + 1, e.Chain, e.Generation, e.Reason, now)];

    private static bool IsCurrent(Assignment state, ChainName chain, long generation) =>
        state.Subnodes.TryGetValue(chain, out var subnode) && subnode.Generation == generation;

    private void ThrowUnlessMine(NodeId receiver)
    {
        if (receiver != node)
        {
            throw new ImpossibleInputException($"An order for node {receiver} reached the agent of node {node}: check the routing of its queue.");
        }
    }
}
