using System.Collections.Immutable;
using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>Where a node stands in the contract's registry (NodeStatus, with maintenance kept as a flag of its own).</summary>
public enum NodeStanding
{
    Active,
    Leaving,
    Left,

    /// <summary>Its registration was retracted: it is kept for the numbers of its orders, and for what is still to be removed from it.</summary>
    Unregistered,
}

/// <summary>What facts say of a node and may change.</summary>
public sealed record NodeFlags(NodeStanding Standing, bool InMaintenance, bool Compliant, string Ip);

/// <summary>Slices of a node held for one chain.</summary>
public sealed record Reservation(int Slices, int Slot);

/// <summary>A registered machine with 128 slices.</summary>
/// <param name="Machine">What its agent enrolled with; null while no agent has.</param>
/// <param name="Generation">Number of the last order to its agent.</param>
/// <param name="LastReport">Number of the agent's last report that covers the whole node.</param>
public sealed record Node(
    NodeId Id, string Name, string Owner, string Ip, int Port, NodeStanding Standing, bool InMaintenance, bool Compliant, Machine? Machine,
    long Generation, long LastReport, ImmutableSortedDictionary<ChainName, Reservation> Reservations)
{
    /// <summary>Slices of every node (TOTAL_SPACE_ON_NODE).</summary>
    public const int TotalSlices = 128;

    private const int PortsOfAnAddress = 65_536;

    public int Used { get; private init; }

    public int Free => TotalSlices - Used;

    public bool IsRegistered => Standing != NodeStanding.Unregistered;

    public NodeFlags Flags => new(Standing, InMaintenance, Compliant, Ip);

    /// <summary>May take new chains: active, compliant and not in maintenance (skale-facts 1.8).</summary>
    public bool Visible => Standing == NodeStanding.Active && !InMaintenance && Compliant;

    /// <summary>Whether the next slot's ports exist: chains of 0 slices can fill more slots than a node's port range has room for.</summary>
    public bool HasFreePorts => RoomBehind(Reservations.Count) || RoomBehind(LowestFreeSlot);

    public int LowestFreeSlot
    {
        get
        {
            var taken = Reservations.Values.Select(r => r.Slot).ToHashSet();
            var slot = 0;
            while (taken.Contains(slot))
            {
                slot++;
            }

            return slot;
        }
    }

    /// <summary>First port of a slot: the node's own port plus 64 per slot.</summary>
    public int FirstPortOf(int slot) => Port + (slot * Subnode.PortsPerSlot);

    private bool RoomBehind(int slot) => FirstPortOf(slot) + Subnode.PortsPerSlot <= PortsOfAnAddress;

    public Node Reserve(ChainName chain, int slices, int slot)
    {
        if (slices > Free)
        {
            throw new InvalidOperationException($"Node {Id} has {Free} free slices; {slices} cannot be reserved for {chain}.");
        }

        return this with { Reservations = Reservations.Add(chain, new Reservation(slices, slot)), Used = Used + slices };
    }

    public Node Release(ChainName chain) => Reservations.TryGetValue(chain, out var held)
        ? this with { Reservations = Reservations.Remove(chain), Used = Used - held.Slices }
        : throw new InvalidOperationException($"Node {Id} holds nothing for {chain}; a reservation is released once.");
}
