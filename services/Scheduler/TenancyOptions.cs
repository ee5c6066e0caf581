using Skale.Contracts;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler;

/// <summary>Section <c>Scheduler:Quotas</c>: the most that owners may have at a time.</summary>
public sealed class QuotaOptions
{
    /// <summary>Of every owner that is not named.</summary>
    public OwnerQuota Default { get; set; } = new();

    /// <summary>By owner, spelled as in requests and purchases.</summary>
    public Dictionary<string, OwnerQuota> Owners { get; set; } = [];

    internal IEnumerable<string> Problems()
    {
        foreach (var (name, quota) in Owners.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => ($"Owners:{o.Key}", o.Value)).Prepend(("Default", Default)))
        {
            if (quota.Slices < 0 || quota.Chains < 0)
            {
                yield return $"Scheduler:Quotas:{name} gives {quota.Slices?.ToString() ?? "any number of"} slices and {quota.Chains?.ToString() ?? "any number of"} chains; neither may be below 0.";
            }
        }
    }
}

/// <summary>Not set: no bound.</summary>
public sealed class OwnerQuota
{
    /// <summary>Of all members of all the owner's chains together.</summary>
    public int? Slices { get; set; }

    public int? Chains { get; set; }

    internal Quota Policy => new(Slices, Chains);
}

/// <summary>Section <c>Scheduler:Profiles:NAME</c>: a kind of chain that can be asked for by name.</summary>
public sealed class ProfileOptions
{
    /// <summary>Of each member node, 0 to 128.</summary>
    public int Slices { get; set; }

    /// <summary>Member nodes, 1 or more.</summary>
    public int GroupSize { get; set; }

    /// <summary>Not set: <c>Scheduler:Image</c>.</summary>
    public string? Image { get; set; }

    /// <summary>Not set: <c>Scheduler:Strategy</c>.</summary>
    public string? Strategy { get; set; }

    /// <summary>Its nodes take no other owner's chains.</summary>
    public bool Dedicated { get; set; }

    /// <summary>How long a chain lives. Not set: until it is removed.</summary>
    public TimeSpan? Lifetime { get; set; }

    /// <summary>Containers beside each subnode's main one.</summary>
    public List<SidecarOptions> Sidecars { get; set; } = [];

    /// <summary>What is cut off each subnode's disk.</summary>
    public List<DataPartOptions> DataParts { get; set; } = [];

    /// <summary>Chains of these slices and this group size that are bought in the contract have its image, sidecars and parts of the data too. The rest of a profile is for chains that are asked for.</summary>
    public bool Contract { get; set; }

    /// <summary>Those there are when none is configured; a configured one of the same name changes what it names.</summary>
    internal static Dictionary<string, ProfileOptions> Usual => new()
    {
        ["appchain"] = new() { Slices = 4, GroupSize = 16 },
        ["hub"] = new() { Slices = 32, GroupSize = 16 },
        ["enterprise"] = new() { Slices = 32, GroupSize = 16, Dedicated = true },
        ["test"] = new() { Slices = 4, GroupSize = 4, Lifetime = TimeSpan.FromDays(1) },
    };

    internal ChainProfile Policy => new(
        Slices, GroupSize, Image, Strategy, Dedicated, Lifetime, Sidecars.Count == 0 ? null : [.. Sidecars.Select(s => s.Policy)], DataParts.Count == 0 ? null : [.. DataParts.Select(p => p.Policy)], Contract);

    internal IEnumerable<string> Problems(string name)
    {
        if (Slices is < 0 or > Node.TotalSlices || GroupSize < 1)
        {
            yield return $"Scheduler:Profiles:{name} has {Slices} slices of {GroupSize} nodes; allowed are 0 to {Node.TotalSlices} slices, and 1 node or more.";
        }

        if (Strategy is not null && !Placement.Requestable.Contains(Strategy))
        {
            yield return $"Scheduler:Profiles:{name}:Strategy is '{Strategy}'; a chain without a contract can have: {string.Join(", ", Placement.Requestable)}.";
        }

        if (Image is not null && string.IsNullOrWhiteSpace(Image))
        {
            yield return $"Scheduler:Profiles:{name}:Image is empty; leave it out to take Scheduler:Image.";
        }

        if (Lifetime <= TimeSpan.Zero)
        {
            yield return $"Scheduler:Profiles:{name}:Lifetime is {Lifetime}; it must be above zero.";
        }

        foreach (var fault in SubnodeSet.Faults(Policy.Sidecars, Policy.DataParts))
        {
            yield return $"Scheduler:Profiles:{name}: {fault}.";
        }
    }
}
