using System.Diagnostics;
using Skale.Contracts;

namespace Skale.NodeAgent.Domain;

/// <summary>Folds what operators do to chains' data.</summary>
internal static class DataFold
{
    public static void Evolve(Assignment assignment, object stored)
    {
        switch (stored)
        {
            case DataWipeRequested e:
                assignment.Repairs = assignment.Repairs.SetItem(e.Chain, new DataRepair.Wipe(e.Generation));
                break;
            case DataRestoreRequested e:
                assignment.Repairs = assignment.Repairs.SetItem(e.Chain, new DataRepair.Restore(e.Generation, e.Backup));
                break;
            case DataWiped e:
                Forget(assignment, e.Chain);
                break;
            case DataRestored e:
                assignment.Repairs = assignment.Repairs.Remove(e.Chain);
                assignment.Replaced = assignment.Replaced.SetItem(e.Chain, new ReplacedData(e.Generation, e.Report));
                break;
            case ReplacedDataRemoved e:
                assignment.Replaced = assignment.Replaced.Remove(e.Chain);
                break;
            case BackupTaken:
                break;
            default:
                throw new UnreachableException($"No rule to fold {stored.GetType().Name}.");
        }
    }

    /// <summary>Nothing is left of the chain's data.</summary>
    public static void Forget(Assignment assignment, ChainName chain) =>
        (assignment.Repairs, assignment.Replaced) = (assignment.Repairs.Remove(chain), assignment.Replaced.Remove(chain));
}
