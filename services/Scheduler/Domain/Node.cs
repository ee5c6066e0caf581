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

/// <summary>Whether a node's agent is heard of.</summary>
public enum Presence
{
    Heard,

    /// <summary>Silent for longer than it should be: it takes no new chains.</summary>
    Suspect,

    /// <summary>Silent for so long that its chains are served by others, where the scheduler may decide that.</summary>
    Lost,
}

/// <summary>What facts say of a node and may change.</summary>
public sealed record NodeFlags(NodeStanding Standing, bool InMaintenance, bool Compliant, string Ip);

/// <summary>Slices of a node held for one chain.</summary>
public readonly record struct Reservation(int Slices, int Slot);

/// <summary>A registered machine with 128 slices.</summary>
/// <param name="Machine">What its agent enrolled with; null while no agent has.</param>
/// <param name="Generation">Number of the last order to its agent.</param>
/// <param name="LastReport">Highest number of the agent's reports that cover the whole node.</param>
public sealed record Node(
    NodeId Id, string Name, string Owner, string Ip, int Port, NodeStanding Standing, bool InMaintenance, bool Compliant, Machine? Machine,
    long Generation, long LastReport, SmallDictionary<ChainName, Reservation> Reservations)
{
    /// <summary>Slices of every node (TOTAL_SPACE_ON_NODE).</summary>
    public const int TotalSlices = 128;

    private const int PortsOfAnAddress = 65_536;

    public int Used { get; internal init; }

    /// <summary>Number of the report with which its agent enrolled last; 0 while none has. What the agent asked since may have come before it.</summary>
    public long LastEnrolment { get; init; }

    /// <summary>Kept from new chains by the operator, beside what the contract says.</summary>
    public bool Held { get; init; }

    /// <summary>The operator has its chains moved away.</summary>
    public bool DrainAsked { get; init; }

    /// <summary>With which a machine may join as this node; null when it is used, or there is none.</summary>
    public JoinToken? Join { get; init; }

    /// <summary>Verifier key of the machine that joined; null when none has with a token.</summary>
    public string? IdentityKey { get; init; }

    /// <summary>Position of the last event that changed it, among the scheduler's own.</summary>
    public long Version { get; init; }

    /// <summary>Why its machine takes no chains that the scheduler places, with the figures; null when it does.</summary>
    public string? Refusal { get; init; }

    public int Free => TotalSlices - Used;

    public bool IsRegistered => Standing != NodeStanding.Unregistered;

    public NodeFlags Flags => new(Standing, InMaintenance, Compliant, Ip);

    public Presence Presence { get; init; }

    /// <summary>Its chains are being moved away.</summary>
    public bool Draining { get; init; }

    /// <summary>Until when they should be; null when they are not, and after it has passed.</summary>
    public DateTimeOffset? DrainDeadline { get; init; }

    /// <summary>May take new chains: active, compliant, not in maintenance (skale-facts 1.8), its agent is heard, and neither kept from them nor drained by the operator.</summary>
    public bool Visible => Standing == NodeStanding.Active && !InMaintenance && Compliant && !Held && !DrainAsked && Presence == Presence.Heard;

    /// <summary>Serves no longer than it must: the scheduler's own chains are moved away from it.</summary>
    public bool IsToBeDrained => Standing is NodeStanding.Leaving or NodeStanding.Left || (Standing == NodeStanding.Active && (!Compliant || DrainAsked));

    public bool Departs => IsToBeDrained || Presence == Presence.Lost;

    /// <summary>Whether the next slot's ports exist: chains of 0 slices can fill more slots than a node's port range has room for.</summary>
    public bool HasFreePorts => FirstPortOf(LowestFreeSlot) + Subnode.PortsPerSlot <= PortsOfAnAddress;

    /// <summary>The slots of its reservations.</summary>
    internal Slots Taken { get; init; } = Slots.None;

    public int LowestFreeSlot => Taken.LowestFree;

    /// <summary>First port of a slot: the node's own port plus 64 per slot.</summary>
    public int FirstPortOf(int slot) => Port + (slot * Subnode.PortsPerSlot);

    public Node Reserve(ChainName chain, int slices, int slot)
    {
        if (slices > Free)
        {
            throw new InvalidOperationException($"Node {Id} has {Free} free slices; {slices} cannot be reserved for {chain}.");
        }

        return this with { Reservations = Reservations.Add(chain, new Reservation(slices, slot)), Used = Used + slices, Taken = Taken.With(slot) };
    }

    public Node Resize(ChainName chain, int slices)
    {
        var held = Reservations[chain];
        if (slices - held.Slices > Free)
        {
            throw new InvalidOperationException($"Node {Id} has {Free} free slices; {slices - held.Slices} more cannot be reserved for {chain}.");
        }

        return this with { Reservations = Reservations.Replace(chain, held with { Slices = slices }), Used = Used + slices - held.Slices };
    }

    public Node Release(ChainName chain) => Reservations.TryGetValue(chain, out var held)
        ? this with { Reservations = Reservations.Remove(chain), Used = Used - held.Slices, Taken = Taken.Without(held.Slot) }
        : throw new InvalidOperationException($"Node {Id} holds nothing for {chain}; a reservation is released once.");
}
