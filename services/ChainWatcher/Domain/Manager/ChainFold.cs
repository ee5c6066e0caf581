using Skale.Contracts;

namespace Skale.ChainWatcher.Domain.Manager;

/// <summary>What facts about chains and their groups make of the state.</summary>
internal static class ChainFold
{
    public static void Evolve(ManagerState state, IFact fact)
    {
        switch (fact)
        {
            case ChainBought e:
                var bought = state.ChainsByHash[e.ChainHash] = new ManagedChain(e);
                foreach (var member in bought.Members)
                {
                    Join(state, bought, member);
                }

                break;
            case ChainDeleted e when state.ChainsByHash.Remove(e.ChainHash, out var deleted):
                state.CeremoniesByHash.Remove(e.ChainHash);
                foreach (var member in deleted.Members)
                {
                    Leave(state, deleted, member);
                }

                break;
            case RotationDelaySkipped e when state.ChainsByHash.TryGetValue(e.ChainHash, out var skipped):
                skipped.Rotation = skipped.Rotation with { FreezeUntil = e.Origin.BlockTime.ToUnixTimeSeconds() };
                break;
            case ChainRotated e:
                Rotate(state, e);
                break;
        }
    }

    private static void Rotate(ManagerState state, ChainRotated e)
    {
        state.LastRotationTransaction = e.Origin.TransactionHash;
        var ceremony = state.Ceremony(e.ChainHash);
        ceremony.Start(e.Origin, open: true);
        ceremony.PendingToBeReplaced = e.Reason == RotationReason.RestartedCreation ? null : ceremony.PendingToBeReplaced;
        if (!state.ChainsByHash.TryGetValue(e.ChainHash, out var chain))
        {
            return;
        }

        var now = e.Origin.BlockTime.ToUnixTimeSeconds();
        var finish = e.Reason == RotationReason.NodeExit ? state.AfterRotationDelay(now) : chain.Rotation.Counter > 0 ? chain.NewestFinish + 1 : now;
        Replace(state, chain, e);
        if (e.OldNode is { } old)
        {
            state.NodesById.GetValueOrDefault(old)?.Leavings.Add(new Leaving(e.ChainHash, finish));
            if (e.Reason == RotationReason.NodeExit)
            {
                NodeFold.Freeze(state, chain, old, now);
            }
        }

        chain.NewestFinish = finish;
        chain.Rotation = e.Counter is { } counter && (e.Group is not null || e.FrozenUntil is not null)
            ? new RotationView(e.OldNode?.Value ?? 0, e.NewNode?.Value ?? 0, e.FrozenUntil?.ToUnixTimeSeconds() ?? 0, counter)
            : new RotationView(e.OldNode?.Value ?? chain.Rotation.OldNode, e.NewNode?.Value ?? chain.Rotation.NewNode, chain.Rotation.FreezeUntil, chain.Rotation.Counter + 1);
    }

    /// <summary>The newcomer takes the leaver's index. What the contract says of the whole group afterwards holds, whatever was followed of the way there.</summary>
    private static void Replace(ManagerState state, ManagedChain chain, ChainRotated e)
    {
        if (e is { OldNode: { } old, NewNode: { } joined } && chain.Group?.IndexOf(old) is >= 0 and var index)
        {
            Leave(state, chain, old);
            Join(state, chain, joined);
            chain.Group[index] = joined;
        }

        if (e.Group is null)
        {
            if (e.OldNode is null || e.NewNode is null)
            {
                Doubt(state, chain, e, "its members are not known afterwards");
                chain.IsGroupKnown = false;
            }

            return;
        }

        if (chain.Group is null || !chain.Group.SequenceEqual(e.Group))
        {
            Doubt(state, chain, e, "the group that the contract names does not come of the group before by one replacement");
            foreach (var gone in chain.Members.Except(e.Group).ToArray())
            {
                Leave(state, chain, gone);
            }

            foreach (var come in e.Group.Where((_, at) => e.Holes?.Contains(at) != true).Except(chain.Members).ToArray())
            {
                Join(state, chain, come);
            }
        }

        (chain.Group, chain.Holes, chain.IsGroupKnown) = ([.. e.Group], e.Holes ?? [], true);
    }

    private static void Doubt(ManagerState state, ManagedChain chain, ChainRotated e, string why) =>
        state.Doubts.Add($"chain {chain.Name} was rotated in block {e.Origin.BlockNumber}: {why}");

    private static void Join(ManagerState state, ManagedChain chain, NodeId node)
    {
        if (state.NodesById.TryGetValue(node, out var joined))
        {
            joined.Slots.Take(chain.Hash);
            joined.FreeUnits -= chain.Units;
        }
    }

    private static void Leave(ManagerState state, ManagedChain chain, NodeId node)
    {
        if (state.NodesById.TryGetValue(node, out var left))
        {
            left.Slots.Free(chain.Hash);
            left.FreeUnits += chain.Units;
        }
    }
}
