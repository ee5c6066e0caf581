using Skale.Contracts;
using Skale.SkaleManager;

namespace Skale.Scheduler.Domain;

/// <summary>Which nodes the contract's books have room on for a chain of a size: made when first asked for and kept from then on, node by node, as <see cref="Room"/> is of the scheduler's own.</summary>
internal sealed class ContractRoom(FactBooks facts)
{
    private readonly Dictionary<int, (NodeSet Free, NodeSet Listed)> bySlices = [];

    /// <summary>Nodes with so many free slices or more, and those of them that the contract would draw from. Not to be changed.</summary>
    /// <exception cref="InvalidOperationException">The books cannot be relied on.</exception>
    public (NodeSet Free, NodeSet Listed) For(int slices)
    {
        var books = facts.Reliable ?? throw new InvalidOperationException($"The contract's books cannot be relied on: {facts.Doubt}.");
        books.Changed ??= node => Set(books, node);
        if (!bySlices.TryGetValue(slices, out var room))
        {
            bySlices[slices] = room = ([], []);
            for (var node = 0; node < books.NodeCount; node++)
            {
                Set(books, slices, room, node);
            }
        }

        return room;
    }

    private void Set(PlacementBooks books, int node)
    {
        foreach (var (slices, room) in bySlices)
        {
            Set(books, slices, room, node);
        }
    }

    private static void Set(PlacementBooks books, int slices, (NodeSet Free, NodeSet Listed) room, int node)
    {
        var isFree = books.Node(node).FreeUnits >= slices;
        _ = isFree ? room.Free.Add(new(node)) : room.Free.Remove(new(node));
        _ = isFree && books.IsVisible(node) ? room.Listed.Add(new(node)) : room.Listed.Remove(new(node));
    }
}
