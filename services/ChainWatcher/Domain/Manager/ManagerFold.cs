using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using Skale.Contracts;

namespace Skale.ChainWatcher.Domain.Manager;

/// <summary>Folds facts into the manager's state, by the contract's own rules (skale-facts 1.6 to 1.10). It never refuses a fact; what it cannot follow it names as a doubt.</summary>
public static class ManagerFold
{
    public static void Evolve(ManagerState state, IFact fact)
    {
        switch (fact)
        {
            case NodeRegistered or NodeExitStarted or NodeExitCompleted or NodeMaintenanceChanged or NodeComplianceChanged or NodeAddressChanged:
                NodeFold.Evolve(state, fact);
                break;
            case ChainBought or ChainDeleted or ChainRotated or RotationDelaySkipped:
                ChainFold.Evolve(state, fact);
                break;
            case KeyCeremonyStarted e:
                state.Ceremony(e.ChainHash).Start(e.Origin, open: true);
                break;
            case KeyShareBroadcast e:
                state.Ceremony(e.ChainHash).Broadcasted++;
                break;
            case KeyDataReceived e:
                state.Ceremony(e.ChainHash).Completed++;
                break;
            case KeyCeremonyCompleted e:
                (state.Ceremony(e.ChainHash).IsOpen, state.Ceremony(e.ChainHash).LastSuccessAt) = (false, e.Origin.BlockTime.ToUnixTimeSeconds());
                break;
            case KeyCeremonyFailed { Stuck: true } e:
                state.Ceremony(e.ChainHash).Start(e.Origin, open: false);
                state.Ceremony(e.ChainHash).PendingToBeReplaced = e.BadNode;
                break;
            case ChainTypeAdded e:
                state.TypesById[e.TypeId] = new ManagedChainType(e.Slices, e.GroupSize);
                break;
            case ChainTypeRemoved e:
                state.TypesById[e.TypeId] = state.TypesById.GetValueOrDefault(e.TypeId, new ManagedChainType(0, 0)) with { Removed = true };
                break;
            case ConstantChanged e:
                state.ConstantsByName[e.Name ?? e.ConstantHash] = BigInteger.Parse(e.NewValue, CultureInfo.InvariantCulture);
                break;
            case IpRangeAdded e:
                state.Ranges.RemoveAll(r => r.Name == e.Name);
                state.Ranges.Add(new ManagedIpRange(e.Name, e.FirstIp, e.LastIp));
                break;
            case IpRangeRemoved e:
                Remove(state.Ranges, state.Ranges.FindIndex(r => r.Name == e.Name));
                break;
            // A failure that is not stuck is followed by its rotation; the rest changes nothing that is folded.
            case KeyCeremonyFailed or KeyComplaintSent or KeyComplaintRejected or ContractUpgraded or ManagerVersionChanged or BountyReceived or UnmappedLogSeen:
                break;
            default:
                throw new UnreachableException($"No fold for fact {fact.GetType().Name}.");
        }
    }

    /// <summary>The contract's sets fill the gap with their last entry.</summary>
    private static void Remove(List<ManagedIpRange> ranges, int at)
    {
        if (at >= 0)
        {
            ranges[at] = ranges[^1];
            ranges.RemoveAt(ranges.Count - 1);
        }
    }
}
