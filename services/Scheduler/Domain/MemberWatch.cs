using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>Members that do not answer are given a time to do so; who does not use it, or whose node is lost, is told overdue, once, until it answers again.</summary>
internal static class MemberWatch
{
    public static IReadOnlyList<object> Proceed(Network network, Chain chain, DateTimeOffset now) =>
        [.. Watched(chain).Select(m => Look(network, chain, chain.Members[m], now)).OfType<object>()];

    /// <summary>A newcomer that the scheduler drew is given up instead.</summary>
    private static IEnumerable<NodeId> Watched(Chain chain) => chain is { Told: not null, Underway: { } underway } ? chain.Group.Append(underway.New) : chain.Group;

    private static object? Look(Network network, Chain chain, Member member, DateTimeOffset now) => (member, network.Nodes[member.Node].Presence) switch
    {
        ({ Phase: MemberPhase.Running, Overdue: false }, not Presence.Lost) => null,
        ({ Phase: MemberPhase.Running, Overdue: true }, not Presence.Lost) => new MemberRecovered(chain.Name, member.Node, now),
        ({ HasOrder: true, Overdue: false }, Presence.Lost) => Overdue(chain, member, $"node {member.Node} is lost", now),
        ({ HasOrder: true, Overdue: false, Deadline: { } deadline }, _) when deadline <= now => Overdue(chain, member, member.Reason ?? "it has not answered in time", now),
        ({ HasOrder: true, Overdue: false, Deadline: null }, _) when network.Policy.Replacement is { } policy =>
            new MemberAwaited(chain.Name, member.Node, now + policy.MemberPatience, now),
        _ => null,
    };

    private static MemberOverdue Overdue(Chain chain, Member member, string reason, DateTimeOffset now) => new(chain.Name, member.Node, chain.Told is not null, reason, now);
}
