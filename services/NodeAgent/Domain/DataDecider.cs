using System.Diagnostics;
using Skale.Contracts;
using Skale.EventStore;

namespace Skale.NodeAgent.Domain;

/// <summary>
/// The rules of what operators do to chains' data. Destroying and replacing need the generation of the subnode that is meant: who looked at another state of things is refused. What is recorded is
/// carried out, whatever is ordered meanwhile, since half of it may be done; only the removal of the whole chain overtakes it.
/// </summary>
internal static class DataDecider
{
    public static IReadOnlyList<object> Decide(Assignment state, IDataInput input, DateTimeOffset now)
    {
        var (node, chain, report) = (state.Node, input.Chain, state.LastReport + 1);
        var pending = state.Repairs.GetValueOrDefault(chain);
        switch (input)
        {
            case WipeData e when pending is DataRepair.Wipe wipe && wipe.Generation == e.Generation:
                return [];
            case WipeData e:
                RequireCurrent(state, e);
                return [new DataWipeRequested(node, chain, e.Generation, now)];
            case RestoreData e when pending is DataRepair.Restore restore && (restore.Generation, restore.Backup) == (e.Generation, e.Backup):
                return [];
            case RestoreData e:
                RequireCurrent(state, e);
                return pending is null
                    ? [new DataRestoreRequested(node, chain, e.Generation, e.Backup, now)]
                    : throw new ImpossibleInputException($"The data of chain '{chain}' is being {(pending is DataRepair.Wipe ? "wiped" : "restored")} on node {node}; wait until that is done.");
            case DataIsWiped e:
                return pending is DataRepair.Wipe ? [new DataWiped(node, report, chain, e.Generation, now)] : [];
            case DataIsRestored e:
                return pending is DataRepair.Restore { Backup: var backup } ? [new DataRestored(node, report, chain, e.Generation, backup, now)] : [];
            case ReplacedDataIsGone e:
                return state.Replaced.ContainsKey(chain) ? [new ReplacedDataRemoved(node, chain, e.Generation, now)] : [];
            case BackupIsTaken e:
                return [new BackupTaken(node, report, chain, e.Generation, e.Backup, now)];
            default:
                throw new UnreachableException($"No rule for input {input.GetType().Name}.");
        }
    }

    /// <exception cref="ImpossibleInputException">The chain is not this node's, or at another generation.</exception>
    public static void RequireCurrent(Assignment state, IDataInput input)
    {
        if (!state.Subnodes.TryGetValue(input.Chain, out var subnode))
        {
            throw new ImpossibleInputException($"Chain '{input.Chain}' is not assigned to node {state.Node}; 'skale chains' shows where it runs.");
        }

        if (subnode.Generation != input.Generation)
        {
            throw new ImpossibleInputException(
                $"Chain '{input.Chain}' is at generation {subnode.Generation} on node {state.Node}, and generation {input.Generation} was meant: look again at what runs before its data is destroyed.");
        }
    }
}
