using System.Numerics;
using Skale.Contracts;

namespace Skale.ChainWatcher.Domain.Manager;

/// <summary>What a chain of a type takes.</summary>
public sealed record ManagedChainType(int Units, int GroupSize, bool Removed = false);

/// <summary>Addresses that nodes let in.</summary>
public sealed record ManagedIpRange(string Name, string FirstIp, string LastIp);

/// <summary>SKALE Manager as its facts tell it, from the first block on: what the contracts must answer when asked.</summary>
public sealed class ManagerState
{
    /// <summary>Half a day, until somebody sets it (skale-facts 1.4).</summary>
    private const long DefaultRotationDelaySeconds = 12 * 60 * 60;

    internal SortedDictionary<NodeId, ManagedNode> NodesById { get; } = [];

    internal Dictionary<string, ManagedChain> ChainsByHash { get; } = [];

    internal Dictionary<string, KeyCeremony> CeremoniesByHash { get; } = [];

    internal SortedDictionary<long, ManagedChainType> TypesById { get; } = [];

    internal Dictionary<string, BigInteger> ConstantsByName { get; } = [];

    internal List<ManagedIpRange> Ranges { get; } = [];

    internal List<string> Doubts { get; } = [];

    /// <summary>The transaction that last rotated a chain.</summary>
    internal string? LastRotationTransaction { get; set; }

    public IReadOnlyDictionary<NodeId, ManagedNode> Nodes => NodesById;

    /// <summary>Chains that exist, by hash.</summary>
    public IReadOnlyDictionary<string, ManagedChain> Chains => ChainsByHash;

    public IReadOnlyDictionary<long, ManagedChainType> Types => TypesById;

    /// <summary>Constants that were set, by name.</summary>
    public IReadOnlyDictionary<string, BigInteger> Constants => ConstantsByName;

    /// <summary>In the contract's order.</summary>
    public IReadOnlyList<ManagedIpRange> IpRanges => Ranges;

    /// <summary>What left the places and free units of nodes unknown, in words; empty when they are known.</summary>
    public IReadOnlyList<string> PlacementDoubts => Doubts;

    /// <summary>The ceremony of a chain; one that never began when nothing was heard of it.</summary>
    public KeyCeremony CeremonyOf(string chainHash) => CeremoniesByHash.GetValueOrDefault(chainHash) ?? new KeyCeremony();

    /// <summary>Seconds since 1970 when a rotation that begins now is over.</summary>
    internal long AfterRotationDelay(long now)
    {
        var until = now + ConstantsByName.GetValueOrDefault(KnownConstants.RotationDelay, DefaultRotationDelaySeconds);
        return until > long.MaxValue ? long.MaxValue : (long)until;
    }

    internal KeyCeremony Ceremony(string chainHash)
    {
        if (!CeremoniesByHash.TryGetValue(chainHash, out var ceremony))
        {
            CeremoniesByHash[chainHash] = ceremony = new KeyCeremony();
        }

        return ceremony;
    }
}
