using System.Buffers.Binary;
using System.Text;

namespace Skale.NodeAgent;

/// <summary>What the kernel tells of one nftables table of the family inet. Numbers as in linux/netfilter/nf_tables.h.</summary>
internal sealed class KernelTable(string table)
{
    public const ushort Tables = First + 1, Chains = First + 4, Rules = First + 7, Sets = First + 10;

    private const ushort First = 10 << 8, GetElements = First + 13;
    private const int HeadBytes = 4, Table = 1;
    private static readonly byte[] Head = [1, 0, 0, 0];
    private readonly byte[] name = Encoding.ASCII.GetBytes($"{table}\0");

    /// <summary>Looks at the attributes of all that the table has of a kind, or its own; false when the kernel does not tell, and when they change meanwhile.</summary>
    public bool List(ushort kind, Netlink.Look look, ReadOnlySpan<byte> more = default) =>
        Netlink.List(Netlink.Netfilter, kind, [.. Head, .. Netlink.NewAttribute(Table, name), .. more], message =>
        {
            // Some kinds are told of all tables whatever is asked.
            var attributes = message[HeadBytes..];
            if (Netlink.Attribute(attributes, Table).SequenceEqual(name))
            {
                look(attributes);
            }
        });

    /// <summary>What a set or map holds, by key, an end behind its beginning and before the next beginning; null as <see cref="List"/> is false.</summary>
    public IReadOnlyList<SetElement>? Elements(string set)
    {
        const int Name = 2, All = 3, Key = 1, Data = 2, Flags = 3, Value = 1, Verdict = 2, Chain = 2, IsEnd = 1;
        var elements = new List<SetElement>();
        var isWhole = List(GetElements, some => Netlink.Attributes(Netlink.Attribute(some, All), (_, element) =>
        {
            var flags = Netlink.Attribute(element, Flags);
            elements.Add(new SetElement(
                Netlink.Attribute(Netlink.Attribute(element, Key), Value).ToArray(),
                TextOf(Netlink.Attribute(Netlink.Attribute(Netlink.Attribute(element, Data), Verdict), Chain)),
                IsSet(flags, IsEnd),
                [.. Netlink.Attribute(element, Key), .. Netlink.Attribute(element, Data), .. flags]));
        }), Netlink.NewAttribute(Name, Encoding.ASCII.GetBytes($"{set}\0")));
        elements.Sort((a, b) => a.Key.AsSpan().SequenceCompareTo(b.Key) is not 0 and var order ? order : b.IsEnd.CompareTo(a.IsEnd));
        return isWhole ? elements : null;
    }

    /// <summary>Up to the first NUL.</summary>
    public static string TextOf(ReadOnlySpan<byte> text) => Encoding.ASCII.GetString(text.IndexOf((byte)0) is >= 0 and var end ? text[..end] : text);

    public static bool IsSet(ReadOnlySpan<byte> flags, uint flag) => flags.Length == sizeof(uint) && (BinaryPrimitives.ReadUInt32BigEndian(flags) & flag) != 0;
}

/// <param name="Target">The chain of rules it leads to; empty when to none.</param>
/// <param name="IsEnd">Not an entry but the key behind the last one of the entry before.</param>
/// <param name="Whole">All of it, as the kernel has it.</param>
internal sealed record SetElement(byte[] Key, string Target, bool IsEnd, byte[] Whole);
