using System.Collections.Immutable;
using Skale.Contracts;

namespace Skale.NodeAgent.Domain;

/// <summary>Folds stored events into the assignment. It never decides and never refuses what was stored.</summary>
internal static class AssignmentFold
{
    public static void Evolve(Assignment assignment, object stored)
    {
        if (stored is IReport report)
        {
            assignment.LastReport = report.Report;
        }

        switch (stored)
        {
            case StartSubnode e:
                assignment.Generation = e.Generation;
                assignment.Subnodes = assignment.Subnodes.SetItem(e.Subnode.Chain, e.Subnode);
                assignment.Standings = assignment.Standings.SetItem(e.Subnode.Chain, Standing.Starting);
                break;
            case StartRefused e:
                assignment.Generation = e.Generation;
                assignment.Refused = assignment.Refused.Add(e.Subnode.Chain);
                break;
            case RemoveSubnode e:
                assignment.Generation = e.Generation;
                assignment.Subnodes = assignment.Subnodes.Remove(e.Chain);
                assignment.Standings = assignment.Standings.Remove(e.Chain);
                assignment.Removals = assignment.Removals.SetItem(e.Chain, e.Generation);
                assignment.Refused = assignment.Refused.Remove(e.Chain);
                break;
            case AssignNode e:
                Replace(assignment, e);
                break;
            case NodeEnrolled:
                assignment.Confirmed = false;
                assignment.Standings = assignment.Subnodes.ToImmutableSortedDictionary(s => s.Key, _ => Standing.Starting);
                break;
            case AssignmentRequested e:
                assignment.AskAgainAt = e.At + AssignmentDecider.Patience;
                break;
            case SubnodeStarted e:
                Set(assignment, e.Chain, new Standing(SubnodeCondition.Running, null, e));
                break;
            case SubnodeFailed e:
                Set(assignment, e.Chain, new Standing(SubnodeCondition.Failing, e.Reason, null));
                break;
            case SubnodeRemoved e:
                assignment.Removals = assignment.Removals.Remove(e.Chain);
                assignment.Refused = assignment.Refused.Remove(e.Chain);
                DataFold.Forget(assignment, e.Chain);
                break;
            default:
                DataFold.Evolve(assignment, stored);
                break;
        }
    }

    /// <summary>The full assignment replaces everything; what is known of subnodes it leaves as they are stays known.</summary>
    private static void Replace(Assignment assignment, AssignNode e)
    {
        var before = assignment.Subnodes;
        assignment.Generation = e.Generation;
        assignment.Confirmed = true;
        assignment.AskAgainAt = null;
        assignment.Refused = [];
        assignment.Removals = e.Removals.Distinct().ToImmutableSortedDictionary(c => c, c => assignment.Removals.GetValueOrDefault(c, e.Generation));
        assignment.Subnodes = e.Subnodes.Where(s => !assignment.Removals.ContainsKey(s.Chain)).ToImmutableSortedDictionary(s => s.Chain, s => s);
        assignment.Standings = assignment.Subnodes.ToImmutableSortedDictionary(
            s => s.Key, s => before.GetValueOrDefault(s.Key) == s.Value ? assignment.StandingOf(s.Key) : Standing.Starting);
    }

    private static void Set(Assignment assignment, ChainName chain, Standing standing)
    {
        if (assignment.Subnodes.ContainsKey(chain))
        {
            assignment.Standings = assignment.Standings.SetItem(chain, standing);
        }
    }
}
