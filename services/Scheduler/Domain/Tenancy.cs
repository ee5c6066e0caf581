using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>The most an owner may have at a time; null is no bound.</summary>
/// <param name="Slices">Of all members of all the owner's chains together.</param>
public sealed record Quota(int? Slices = null, int? Chains = null);

/// <summary>A kind of chain that can be asked for by name.</summary>
/// <param name="Slices">Of each member node.</param>
/// <param name="GroupSize">Member nodes.</param>
/// <param name="Image">Null: that of the policy.</param>
/// <param name="Strategy">Null: that of the policy.</param>
/// <param name="Dedicated">Its nodes take no other owner's chains.</param>
/// <param name="Lifetime">How long it lives; null: until it is removed.</param>
/// <param name="Sidecars">Containers beside each subnode's main one; null for none.</param>
/// <param name="DataParts">What is cut off each subnode's disk; null for nothing.</param>
/// <param name="Contract">Chains of this size that are bought in the contract have its image, sidecars and parts of the data too.</param>
public sealed record ChainProfile(
    int Slices, int GroupSize, string? Image = null, string? Strategy = null, bool Dedicated = false, TimeSpan? Lifetime = null, IReadOnlyList<Sidecar>? Sidecars = null,
    IReadOnlyList<DataPart>? DataParts = null, bool Contract = false);

/// <summary>What a chain that was bought in the contract runs by the operator's choice: it has no terms of its own.</summary>
/// <param name="Image">Null: that of the policy.</param>
public sealed record ChainKit(string Profile, string? Image, IReadOnlyList<Sidecar>? Sidecars, IReadOnlyList<DataPart>? DataParts);

/// <summary>Who may have how much, and what can be asked for.</summary>
/// <param name="Default">Of an owner that <paramref name="Owners"/> does not name.</param>
/// <param name="Profiles">By name.</param>
public sealed record TenancyPolicy(Quota Default, IReadOnlyDictionary<string, Quota> Owners, IReadOnlyDictionary<string, ChainProfile> Profiles)
{
    /// <summary>No bounds and no profiles.</summary>
    public static TenancyPolicy Open { get; } = new(new Quota(), new Dictionary<string, Quota>(), new Dictionary<string, ChainProfile>());

    public Quota QuotaOf(string owner) => Owners.GetValueOrDefault(owner, Default);

    /// <summary>Of a chain that was bought; null when no profile is meant for its size. A size is all that the contract tells of a chain's type.</summary>
    public ChainKit? KitOf(int slices, int groupSize) => Profiles.OrderBy(p => p.Key, StringComparer.Ordinal).Where(p => p.Value.Contract && (p.Value.Slices, p.Value.GroupSize) == (slices, groupSize))
        .Select(p => new ChainKit(p.Key, p.Value.Image, p.Value.Sidecars, p.Value.DataParts)).FirstOrDefault();
}

/// <summary>What each owner has: chains that are neither gone nor refused, and the slices of all their members. A chain that waits counts: it is promised.</summary>
internal sealed class Holdings
{
    private readonly Dictionary<string, (int Chains, long Slices)> held;

    public Holdings() => held = [];

    public Holdings(Holdings other) => held = new(other.held);

    /// <param name="without">Not counted in.</param>
    public (int Chains, long Slices) Of(string owner, Chain? without)
    {
        var (chains, slices) = held.GetValueOrDefault(owner);
        return without is not null && without.Owner == owner && Counts(without) ? (chains - 1, slices - Size(without)) : (chains, slices);
    }

    public void Replace(Chain? before, Chain? after)
    {
        if (before is not null && after is not null && (Counts(before), Size(before), before.Owner) == (Counts(after), Size(after), after.Owner))
        {
            return;
        }

        Add(before, -1);
        Add(after, 1);
    }

    private void Add(Chain? chain, int sign)
    {
        if (chain is not null && Counts(chain))
        {
            var (chains, slices) = held.GetValueOrDefault(chain.Owner);
            held[chain.Owner] = (chains + sign, slices + (sign * Size(chain)));
            if (held[chain.Owner].Chains == 0)
            {
                held.Remove(chain.Owner);
            }
        }
    }

    private static bool Counts(Chain chain) => chain.Phase is not (ChainPhase.Removed or ChainPhase.Refused);

    private static long Size(Chain chain) => (long)chain.Slices * chain.GroupSize;
}

/// <summary>The rules between owners who share nodes.</summary>
internal static class Tenancy
{
    /// <summary>Why the owner may not have one more such chain, with the figures; null when nothing forbids it.</summary>
    public static string? OverQuota(Network network, ChainName asked, string owner, int slices, int groupSize)
    {
        var quota = network.Policy.Tenants.QuotaOf(owner);
        if (quota is { Slices: null, Chains: null })
        {
            return null;
        }

        var ((chains, taken), more) = (network.Holdings.Of(owner, network.Chains.GetValueOrDefault(asked)), (long)slices * groupSize);
        return chains + 1 > quota.Chains ? $"{owner} has {chains} chains, and may have {quota.Chains}"
            : taken + more > quota.Slices ? $"{owner} has {taken} slices and asks for {more} more ({groupSize} nodes of {slices}); it may have {quota.Slices}"
            : null;
    }

    /// <summary>Whether there can be a node that may not serve the chain.</summary>
    public static bool MayBeKeptOut(Network network, Chain chain) => chain.Dedicated || network.HasDedicated;

    /// <summary>Whether the node may serve the chain: where one of them is dedicated, both belong to one owner.</summary>
    public static bool MayShare(Network network, Node node, Chain chain) =>
        !MayBeKeptOut(network, chain) || node.Reservations.Keys.All(c => network.Chains[c] is var other && (other.Owner == chain.Owner || !(other.Dedicated || chain.Dedicated)));
}
