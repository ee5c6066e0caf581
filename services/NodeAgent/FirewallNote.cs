using System.Globalization;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>What is noted beside a chain's rules in the kernel: what they were made from, and how the kernel shows them.</summary>
/// <param name="Made">Digest of what they were made from.</param>
/// <param name="BitsPerSecond">That they let out; null when as many as there are.</param>
/// <param name="Shown">As <see cref="DigestOf"/>.</param>
internal sealed record FirewallNote(long Made, long? BitsPerSecond, string Shown)
{
    private const string Mark = "k";
    private const int DigestCharacters = 32;

    /// <summary>False when its rules were just made, and when it is of an agent that read what nft printed (decision 53): its digest cannot be compared with what is read today.</summary>
    public bool IsComplete => Shown.StartsWith(Mark, StringComparison.Ordinal);

    /// <summary>Before the kernel has shown them.</summary>
    public static FirewallNote Of(ChainFirewall rules) => new(rules.Digest, rules.BitsPerSecond, "-");

    public static string DigestOf(byte[] sha256) => $"{Mark}{Convert.ToHexStringLower(sha256)[..DigestCharacters]}";

    /// <summary>Null when it is none of ours.</summary>
    public static FirewallNote? Of(string? text) =>
        text?.Split(' ') is [var made, var rate, var shown] && long.TryParse(made, CultureInfo.InvariantCulture, out var digest) && long.TryParse(rate, CultureInfo.InvariantCulture, out var bits)
            ? new(digest, bits > 0 ? bits : null, shown)
            : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Made} {BitsPerSecond ?? 0} {Shown}");
}
