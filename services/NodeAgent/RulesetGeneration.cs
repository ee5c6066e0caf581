using System.Buffers.Binary;

namespace Skale.NodeAgent;

/// <summary>The number that the kernel gives its nftables rules as a whole: every change of any table is the next number. As long as it stays, what was listed before is so.</summary>
internal static class RulesetGeneration
{
    // linux/netfilter/nfnetlink.h and nf_tables.h.
    private const ushort GetGeneration = (10 << 8) | 16, NewGeneration = (10 << 8) | 15;
    private const int FamilyBytes = 4, Id = 1;

    /// <summary>Null when the kernel does not tell, as it does not those who may not change rules either.</summary>
    public static uint? Read() =>
        Netlink.Ask(Netlink.Netfilter, GetGeneration, NewGeneration, new byte[FamilyBytes]) is { Length: > FamilyBytes } answer
        && Netlink.Attribute(answer.AsSpan(FamilyBytes), Id) is { Length: sizeof(uint) } id ? BinaryPrimitives.ReadUInt32BigEndian(id) : null;

    /// <summary>Whether exactly one change lies between two numbers. 0 is no number.</summary>
    public static bool IsNext(uint? before, uint? after) => before is { } b && after == (b == uint.MaxValue ? 1 : b + 1);
}
