using System.Collections.Immutable;

namespace Skale.SkaleManager;

public sealed partial class PlacementBooks
{
    /// <summary>Nodes that could take a member's place in the chain's group. With 0 the contract refuses an exit, and a failed ceremony leaves the chain stuck.</summary>
    public int Spare(string chainHash)
    {
        var chain = Chain(chainHash);
        return buckets.CountFrom(chain.Units) - chain.Exceptions.Count(n => IsListed(n) && nodes[n].FreeUnits >= Math.Max(1, chain.Units));
    }

    /// <summary>
    /// What the contract takes for that (isAnyFreeNode) before it replaces a member that failed the ceremony: for a chain of 0 units it also subtracts
    /// members without free units, which it never counted (skale-facts 1.3, 11). Null when that goes below zero: the contract reverts.
    /// </summary>
    public bool? ContractFindsSpare(string chainHash)
    {
        var chain = Chain(chainHash);
        var left = buckets.CountFrom(chain.Units) - chain.Exceptions.Count(n => IsListed(n) && nodes[n].FreeUnits >= chain.Units);
        return left < 0 ? null : left > 0;
    }

    /// <summary>Draws a member's successor as the contract does and writes it down.</summary>
    /// <param name="previousBlockHash">Of the block before the one that replaces the member.</param>
    /// <exception cref="PlacementException">No node is to spare, or the node is no member, or an exit is meant and the node is not leaving.</exception>
    public Selection Replace(string chainHash, int member, ReplacementCause cause, string previousBlockHash)
    {
        var chain = Chain(chainHash);
        var index = Member(chain, member, cause);
        var spare = Spare(chainHash);
        if (spare == 0)
        {
            throw new PlacementException($"No node is to spare for node {member} of chain {chain.Hash}: {Math.Max(1, chain.Units)} free units are needed.");
        }

        var draws = new Draws(previousBlockHash, chain.Hash);
        Pick? pick = null;
        Replace(chain, index, cause, () => (pick = buckets.Draw(chain.Units, draws)).Value.Node);
        return new Selection(draws.Seed, spare, [pick!.Value]);
    }

    /// <summary>Writes a successor down that the contract has told, whatever the books would have drawn.</summary>
    /// <exception cref="PlacementException">As for a drawn one; or the successor is unknown, on the chain's exception list or has too few free units.</exception>
    public void FollowReplacement(string chainHash, int member, ReplacementCause cause, int successor)
    {
        var chain = Chain(chainHash);
        var index = Member(chain, member, cause);
        if (chain.Exceptions.Contains(successor))
        {
            throw new PlacementException($"Node {successor} cannot follow node {member} in chain {chain.Hash}: it is or was a member.");
        }

        RequireUnits(successor, chain.Units, chain.Hash);
        Replace(chain, index, cause, () => successor);
    }

    private int Member(ChainAccount chain, int node, ReplacementCause cause)
    {
        var index = chain.Group.IndexOf(node);
        if (index < 0)
        {
            throw new PlacementException($"Node {node} is not in the group of chain {chain.Hash}: {string.Join(", ", chain.Group)}.");
        }

        return cause == ReplacementCause.Exit && nodes[node].Standing != NodeStanding.Leaving
            ? throw new PlacementException($"Node {node} cannot leave chain {chain.Hash}: it is {nodes[node].Standing}, not {NodeStanding.Leaving}.")
            : index;
    }

    private void Replace(ChainAccount chain, int index, ReplacementCause cause, Func<int> successor)
    {
        var member = chain.Group[index];
        WriteSlots(member).Free(chain.Slots[index]);
        AddUnits(member, chain.Units);
        var exceptions = chain.Exceptions;
        if (cause != ReplacementCause.FailedKeyCeremony)
        {
            exceptions = Drop(exceptions, member);
        }
        else
        {
            WriteSlots(member).Bar(chain.Hash);
        }

        foreach (var node in exceptions)
        {
            Hide(node);
        }

        var chosen = successor();
        AddUnits(chosen, -chain.Units);
        foreach (var node in exceptions)
        {
            Show(node);
        }

        chains.Set(chain with
        {
            Group = chain.Group.SetItem(index, chosen),
            Slots = chain.Slots.SetItem(index, WriteSlots(chosen).Take(chain.Hash)),
            Exceptions = exceptions.Add(chosen),
        });
    }

    /// <summary>The last takes the place of the one that goes.</summary>
    private static ImmutableArray<int> Drop(ImmutableArray<int> exceptions, int node)
    {
        var index = exceptions.LastIndexOf(node);
        return index < 0 ? exceptions : exceptions.SetItem(index, exceptions[^1]).RemoveAt(exceptions.Length - 1);
    }
}
