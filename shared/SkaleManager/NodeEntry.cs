namespace Skale.SkaleManager;

/// <summary>All that the books hold of one node, in one place: a pick among thousands of nodes finds none of it in the processor's cache.</summary>
internal struct NodeEntry
{
    /// <summary>Value of <see cref="Position"/> for a node in no list.</summary>
    public const int Hidden = -1;

    public NodeSlots Slots;
    public int FreeUnits;

    /// <summary>In the list of its free units.</summary>
    public int Position;

    public NodeStanding Standing;
    public bool Compliant;

    public readonly NodeAccount Account => new(FreeUnits, Standing, Compliant);
}
