using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Skale.SkaleManager;

public sealed partial class PlacementBooks
{
    /// <summary>SchainCreated: draws the group as the contract does and writes it down.</summary>
    /// <param name="units">Of each member; for 0 a member needs 1 free unit and pays none.</param>
    /// <param name="previousBlockHash">Of the block before the one that creates the chain.</param>
    /// <exception cref="PlacementException">There are not enough nodes, or the chain is known already.</exception>
    public Selection CreateChain(string chainHash, int units, int groupSize, string previousBlockHash)
    {
        var hash = NewHash(chainHash);
        var places = new List<int>();
        var selection = Draw(hash, units, groupSize, previousBlockHash, pick => places.Add(Join(pick.Node, hash, units)));
        Record(hash, units, [.. selection.Nodes], [.. places]);
        return selection;
    }

    /// <summary>The group that <see cref="CreateChain"/> would draw were some of the visible nodes not; the books are as before.</summary>
    /// <param name="hidden">In the order in which they are hidden.</param>
    /// <exception cref="PlacementException">As there.</exception>
    public Selection DrawGroup(string chainHash, int units, int groupSize, string previousBlockHash, IEnumerable<int> hidden)
    {
        var hash = NewHash(chainHash);
        var (away, drawn) = (new Stack<(int Node, int Position)>(), new Stack<Pick>());
        try
        {
            foreach (var node in hidden.Where(IsVisible))
            {
                away.Push((node, nodes[node].Position));
                buckets.Remove(ref nodes.Write(node), node);
            }

            return Draw(hash, units, groupSize, previousBlockHash, pick =>
            {
                drawn.Push(pick);
                buckets.TakeOut(pick.FreeUnits, pick.Index);
            });
        }
        finally
        {
            foreach (var pick in drawn)
            {
                buckets.PutBack(pick.FreeUnits, pick.Index, pick.Node);
            }

            foreach (var (node, position) in away)
            {
                buckets.Restore(ref nodes.Write(node), node, position);
            }
        }
    }

    /// <summary>Writes a group down that the contract has told, whatever the books would have drawn.</summary>
    /// <exception cref="PlacementException">A member is unknown, named twice or has too few free units, or the chain is known already.</exception>
    public void FollowCreation(string chainHash, int units, IReadOnlyList<int> group)
    {
        var hash = NewHash(chainHash);
        Allowed(units);
        if (group.Distinct().Count() != group.Count)
        {
            throw new PlacementException($"The group of chain {hash} names a node twice: {string.Join(", ", group)}.");
        }

        foreach (var node in group)
        {
            RequireUnits(node, units, hash);
        }

        Record(hash, units, [.. group], [.. group.Select(node => Join(node, hash, units))]);
    }

    /// <summary>SchainDeleted: each member in order gives back units and place.</summary>
    public void DeleteChain(string chainHash)
    {
        var chain = Chain(chainHash);
        for (var i = 0; i < chain.Group.Length; i++)
        {
            WriteSlots(chain.Group[i]).Free(chain.Slots[i]);
            AddUnits(chain.Group[i], chain.Units);
        }

        chains.Remove(chain.Hash);
    }

    /// <param name="hide">Each that is drawn, before the next is.</param>
    private Selection Draw(string hash, int units, int groupSize, string previousBlockHash, Action<Pick> hide)
    {
        var candidates = Candidates(units);
        if (groupSize < 0 || candidates < groupSize)
        {
            throw new PlacementException($"Not enough nodes to create chain {hash}: {groupSize} with {Math.Max(1, units)} free units are needed, {candidates} are there.");
        }

        var draws = new Draws(previousBlockHash, hash);
        var picks = ImmutableArray.CreateBuilder<Pick>(groupSize);
        for (var i = 0; i < groupSize; i++)
        {
            picks.Add(buckets.Draw(units, draws));
            hide(picks[i]);
        }

        return new Selection(draws.Seed, candidates, picks.MoveToImmutable());
    }

    private string NewHash(string chainHash)
    {
        var hash = Hash.Normalise(chainHash);
        return chains.Find(hash) is not null ? throw new PlacementException($"Chain {hash} is in the books already.") : hash;
    }

    private void RequireUnits(int node, int units, string chain)
    {
        if (nodes[Known(node)].FreeUnits < units || nodes[node].Standing == NodeStanding.Left)
        {
            throw new PlacementException($"Node {node} ({nodes[node].Standing}) has {nodes[node].FreeUnits} free units; {units} cannot be taken for chain {chain}.");
        }
    }

    /// <summary>A member cannot be drawn again for the moment: it is hidden before it pays.</summary>
    private int Join(int node, string chain, int units)
    {
        Hide(node);
        AddUnits(node, -units);
        return WriteSlots(node).Take(chain);
    }

    private void Record(string hash, int units, int[] group, int[] places)
    {
        var members = Freeze(group);
        chains.Set(new ChainAccount(hash, units, members, Freeze(places), members));
        foreach (var node in group)
        {
            Show(node);
        }
    }

    private static ImmutableArray<int> Freeze(int[] items) =>
        ImmutableCollectionsMarshal.AsImmutableArray(items);
}
