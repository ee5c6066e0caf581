using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>A member that is to be replaced. Read from the state each time it is asked for, so that what was retracted, or is over, is no need any more.</summary>
/// <param name="Seat">Place in the group, from 0.</param>
/// <param name="New">Whom the contract names; null when it names nobody, and when the scheduler chooses.</param>
internal sealed record Need(int Seat, NodeId Old, NodeId? New, ReplacementReason Reason)
{
    /// <summary>What is needed, most urgent first; and whether there is more that must wait for something else to end.</summary>
    public static (IReadOnlyList<Need> Needs, bool Blocked) Of(Network network, Chain chain)
    {
        if (chain.Told is { } told)
        {
            return ([.. told.Select((s, i) => (s, i)).Where(x => x.s.Node != chain.Group[x.i]).OrderBy(x => (x.s.Fact, x.i))
                .Select(x => new Need(x.i, chain.Group[x.i], x.s.Node, ReplacementReason.ContractRotation))], false);
        }

        var needs = new List<Need>();
        needs.AddRange(chain.Group.Where(n => chain.Members[n].Overdue).Select(n => Of(chain, n, ReplacementReason.MemberUnavailable)));
        var leavers = network.Departing.Count == 0 ? [] : chain.Group.Where(n => network.Nodes[n].IsToBeDrained).ToArray();
        needs.AddRange(leavers.Where(n => !MovesAnother(network, chain, n)).Select(n => Of(chain, n, Why(network.Nodes[n]))));
        if (chain is { Demands: [var demand, ..], Phase: ChainPhase.Active })
        {
            needs.Add(Of(chain, demand.Node, demand.Reason));
        }

        return (needs, needs.Count == 0 && (leavers.Length > 0 || !chain.Demands.IsEmpty));
    }

    private static Need Of(Chain chain, NodeId old, ReplacementReason reason) => new(chain.Group.IndexOf(old), old, null, reason);

    private static ReplacementReason Why(Node node) => node switch
    {
        { Standing: not NodeStanding.Active } => ReplacementReason.NodeExit,
        { Compliant: false } => ReplacementReason.NodeIncompliant,
        _ => ReplacementReason.NodeDrained,
    };

    /// <summary>A node that leaves hands over one chain after the other.</summary>
    private static bool MovesAnother(Network network, Chain chain, NodeId node) =>
        network.Nodes[node].Reservations.Keys.Any(c => c != chain.Name && network.Chains[c].Underway?.Old == node);
}
