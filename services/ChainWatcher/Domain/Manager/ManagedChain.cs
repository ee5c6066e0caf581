using Skale.Contracts;

namespace Skale.ChainWatcher.Domain.Manager;

/// <summary>The last rotation of a chain. Times are seconds since 1970.</summary>
/// <param name="FreezeUntil">0 when never frozen.</param>
public sealed record RotationView(long OldNode, long NewNode, long FreezeUntil, long Counter);

/// <summary>A chain as facts tell it.</summary>
public sealed class ManagedChain(ChainBought e)
{
    public string Hash { get; } = e.ChainHash;

    public ChainName Name { get; } = e.Chain;

    public string Owner { get; } = e.Owner;

    /// <summary>Of each member, out of 128.</summary>
    public int Units { get; } = e.Slices;

    public TimeSpan Lifetime { get; } = e.Lifetime;

    public DateTimeOffset StartedAt { get; } = e.Origin.BlockTime;

    public long StartBlock { get; } = e.Origin.BlockNumber;

    /// <summary>The members in order, as last known; null when the contract did not choose them.</summary>
    public List<NodeId>? Group { get; internal set; } = e.Group is null ? null : [.. e.Group];

    /// <summary>False behind a rotation of which the members are not known.</summary>
    public bool IsGroupKnown { get; internal set; } = e.Group is not null;

    /// <summary>Indices in the group that nobody holds.</summary>
    public IReadOnlyList<int> Holes { get; internal set; } = [];

    public RotationView Rotation { get; internal set; } = new(0, 0, 0, 0);

    /// <summary>When the newest rotation is or was finished, in seconds since 1970.</summary>
    public long NewestFinish { get; internal set; }

    /// <summary>The members, without holes.</summary>
    public IEnumerable<NodeId> Members => Group is null ? [] : Group.Where((_, index) => !Holes.Contains(index));
}

/// <summary>Where the key ceremony of a chain stands. Times are seconds since 1970, 0 for never.</summary>
public sealed class KeyCeremony
{
    public bool IsOpen { get; internal set; }

    public long StartedBlock { get; private set; }

    public long StartedAt { get; private set; }

    public long LastSuccessAt { get; internal set; }

    public long Broadcasted { get; internal set; }

    public long Completed { get; internal set; }

    /// <summary>The member that a stuck ceremony waits to replace; null when it is not stuck.</summary>
    public NodeId? PendingToBeReplaced { get; internal set; }

    /// <summary>Whether the keys of the present group are made.</summary>
    public bool IsLastSuccessful => StartedAt <= LastSuccessAt;

    internal void Start(FactOrigin at, bool open)
    {
        (IsOpen, StartedBlock, StartedAt) = (open, at.BlockNumber, at.BlockTime.ToUnixTimeSeconds());
        (Broadcasted, Completed) = (0, 0);
    }
}
