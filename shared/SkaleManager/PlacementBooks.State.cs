using System.Collections.Immutable;

namespace Skale.SkaleManager;

public sealed partial class PlacementBooks
{
    public PlacementState State() => new(
        UnitsPerNode,
        [.. nodes.Items().Select(n => n.Account)],
        Enumerable.Range(0, UnitsPerNode + 1).Select(u => (Units: u, Nodes: (IReadOnlyList<int>)[.. buckets.List(u)]))
            .Where(b => b.Nodes.Count > 0).ToImmutableSortedDictionary(b => b.Units, b => b.Nodes),
        [.. nodes.Items().Select(n => new NodePlaces(n.Slots.Chains.ToArray(), n.Slots.Holes.ToArray()))],
        [.. chains.Items.OrderBy(c => c.Hash, StringComparer.Ordinal)]);

    /// <exception cref="PlacementException">The state contradicts itself.</exception>
    public static PlacementBooks Of(PlacementState state)
    {
        var books = new PlacementBooks(state.UnitsPerNode);
        books.Restore(state);
        return books;
    }

    private void Restore(PlacementState state)
    {
        if (state.Places.Count != state.Nodes.Count)
        {
            throw new PlacementException($"The state has places of {state.Places.Count} nodes and accounts of {state.Nodes.Count}.");
        }

        var barred = state.Chains.SelectMany(c => c.Exceptions.Where(n => !c.Group.Contains(n)).Distinct().Select(n => (Node: n, c.Hash))).ToLookup(b => b.Node, b => b.Hash);
        for (var node = 0; node < state.Nodes.Count; node++)
        {
            Allowed(state.Nodes[node].FreeUnits);
            var (account, places) = (state.Nodes[node], state.Places[node]);
            nodes.Add(new NodeEntry
            {
                FreeUnits = account.FreeUnits,
                Standing = account.Standing,
                Compliant = account.Compliant,
                Position = NodeEntry.Hidden,
                Slots = new NodeSlots(owner, places.Chains, places.Holes, barred[node]),
            });
        }

        foreach (var (units, list) in state.Visible)
        {
            foreach (var node in list)
            {
                RestoreVisible(node, units);
            }
        }

        if (Enumerable.Range(0, nodes.Count).FirstOrDefault(n => nodes[n].Account.MayBeVisible && !IsListed(n), -1) is >= 0 and var missing)
        {
            throw new PlacementException($"Node {missing} is active and compliant, so it must be among the visible nodes of the state; it is not.");
        }

        chains.Expect(state.Chains.Count);
        foreach (var chain in state.Chains)
        {
            RestoreChain(chain);
        }
    }

    private void RestoreVisible(int node, int units)
    {
        if (!Node(node).MayBeVisible || nodes[node].FreeUnits != units || IsListed(node))
        {
            throw new PlacementException($"The state lists node {node} as visible with {units} free units; it is {Node(node)}{(IsListed(node) ? ", and listed twice" : "")}.");
        }

        buckets.Append(ref nodes.Write(node), node);
    }

    private void RestoreChain(ChainAccount chain)
    {
        var hash = NewHash(chain.Hash);
        for (var i = 0; i < chain.Group.Length; i++)
        {
            var places = SlotsOf(chain.Group[i]);
            if (chain.Slots[i] < 0 || chain.Slots[i] >= places.Length || places[chain.Slots[i]] != hash)
            {
                throw new PlacementException($"The state gives chain {hash} place {chain.Slots[i]} on node {chain.Group[i]}; that place does not have it.");
            }
        }

        chains.Set(ReferenceEquals(hash, chain.Hash) ? chain : chain with { Hash = hash });
    }
}
