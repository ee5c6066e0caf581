using System.Collections.Immutable;
using Skale.Contracts;
using Asked = System.Collections.Immutable.ImmutableSortedDictionary<Skale.NodeAgent.Domain.Limit, long>;
using Seen = System.Collections.Immutable.ImmutableSortedDictionary<Skale.NodeAgent.Domain.Limit, Skale.NodeAgent.Domain.LimitSeen>;

namespace Skale.NodeAgent.Domain;

/// <summary>Which limits the machine can enforce, as found by trying.</summary>
/// <param name="Missing">What it cannot, each with the reason.</param>
/// <param name="Partly">What it enforces only in part, each with what escapes.</param>
public sealed record HostAbilities(ImmutableSortedDictionary<Limit, string> Missing, ImmutableSortedDictionary<Limit, string> Partly)
{
    public static HostAbilities All { get; } = new(ImmutableSortedDictionary<Limit, string>.Empty, ImmutableSortedDictionary<Limit, string>.Empty);

    public bool Can(Limit limit) => !Missing.ContainsKey(limit);

    public HostAbilities Without(Limit limit, string? reason) => reason is null ? this : this with { Missing = Missing.SetItem(limit, reason) };

    /// <summary>What was asked for as far as this host can enforce it.</summary>
    public Asked Enforceable(Asked asked) => asked.RemoveRange(Missing.Keys);

    /// <summary>Whether a running container's limits are what was asked, as far as this host can hold them.</summary>
    public bool Hold(Asked asked, Seen seen) => Differences(asked, seen).Count == 0;

    /// <summary>What does not hold although it could.</summary>
    public IReadOnlyList<LimitReading> Differences(Asked asked, Seen seen) => Readings(
        Enforceable(asked).Where(a => Hindrance(a.Key, a.Value, seen) is null && !(seen.GetValueOrDefault(a.Key)?.Value is { } value && a.Key.IsMetBy(a.Value, value))), seen);

    public static IReadOnlyList<LimitReading> Readings(IEnumerable<KeyValuePair<Limit, long>> asked, Seen seen) =>
    [
        .. asked.Select(a => new LimitReading(a.Key.Name(), a.Key.Unit(), a.Value, seen.GetValueOrDefault(a.Key)?.Value, seen.GetValueOrDefault(a.Key)?.Where)),
    ];

    /// <summary>What of that is asked this host does not hold, each with its reason.</summary>
    public IReadOnlyList<string> Unenforced(Asked asked, Seen seen) =>
    [
        .. from a in asked
           let reason = Missing.GetValueOrDefault(a.Key) ?? Hindrance(a.Key, a.Value, seen) ?? Partly.GetValueOrDefault(a.Key)
           where reason is not null
           select $"{a.Key.Name()}: {reason}",
    ];

    private static string? Hindrance(Limit limit, long asked, Seen seen) => seen.GetValueOrDefault(limit) switch
    {
        { Cannot: { } reason } seenThere when seenThere.Value != asked => reason,
        { Value: var value } when limit is Limit.OpenFiles && value != asked => $"its container was made with {(value is null ? "none" : $"{value}")}, which holds until it is made anew",
        { Value: { } value } when limit is Limit.Disk && value > asked => $"the data volume has {value} bytes already, and a volume in use cannot shrink",
        _ => null,
    };
}
