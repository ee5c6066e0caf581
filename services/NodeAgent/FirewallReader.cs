using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Skale.NodeAgent;

/// <summary>
/// Reads a node's table from the kernel itself: what <c>nft list</c> prints of a full machine's is more than half a megabyte. A rule is digested as the kernel has it. A set without a name never changes;
/// it is told from another by its number in a chain's own rules, and by what it holds in those that all share, since these are made anew with every chain.
/// </summary>
/// <remarks>Numbers as in linux/netfilter/nf_tables.h.</remarks>
internal sealed class FirewallReader : IDisposable
{
    private const int Attempts = 10;

    private readonly KernelTable table;
    private readonly IncrementalHash common = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly Dictionary<string, Own> bridges = [];
    private readonly Dictionary<string, byte[]> unnamed = [];
    private readonly List<string> named = [];
    private readonly List<BridgeEntry> entries = [];
    private bool isThere, isTorn;

    private FirewallReader(KernelTable table) => this.table = table;

    /// <summary>As it is in one moment: while somebody changes it, it is read again. Nothing is in it when there is none.</summary>
    /// <exception cref="HostToolException">The kernel does not tell.</exception>
    public static FirewallTable Read(string name)
    {
        var table = new KernelTable(name);
        for (var attempt = 1; attempt <= 2 * Attempts; attempt++)
        {
            var generation = RulesetGeneration.Read() ?? throw new HostToolException("the kernel does not show its nftables rules: it has none, or this process may not see them");
            using var reader = new FirewallReader(table);
            var whole = reader.Whole();
            // Others, as the engine, change their tables all the time: then what is a whole at last counts.
            if (whole is not null && (generation == RulesetGeneration.Read() || attempt >= Attempts))
            {
                return whole;
            }
        }

        throw new HostToolException($"nftables table {name} was changed each time that it was read");
    }

    public void Dispose()
    {
        common.Dispose();
        foreach (var own in bridges.Values)
        {
            own.Digest.Dispose();
        }
    }

    /// <summary>Null when the kernel does not tell all of it.</summary>
    private FirewallTable? Whole()
    {
        // Of a table that is not there the kernel tells no sets: it refuses.
        var isWhole = table.List(KernelTable.Tables, AddFlags)
            && (!isThere || (table.List(KernelTable.Sets, AddSet) && table.List(KernelTable.Chains, AddChain) && table.List(KernelTable.Rules, AddRule) && !isTorn && named.TrueForAll(AddElements)));
        var shared = common.GetHashAndReset();
        return isWhole ? new FirewallTable(bridges.ToImmutableDictionary(b => b.Key, b => b.Value.Finish(shared)), [.. entries]) : null;
    }

    private void AddFlags(ReadOnlySpan<byte> shown)
    {
        const int Flags = 2;
        isThere = true;
        Add(common, Netlink.Attribute(shown, Flags));
    }

    private void AddSet(ReadOnlySpan<byte> set)
    {
        const int Name = 2, Flags = 3, KeyType = 4, DataType = 6, Handle = 16, IsUnnamed = 1;
        var name = KernelTable.TextOf(Netlink.Attribute(set, Name));
        if (KernelTable.IsSet(Netlink.Attribute(set, Flags), IsUnnamed))
        {
            unnamed[name] = Netlink.Attribute(set, Handle).ToArray();
            return;
        }

        named.Add(name);
        foreach (var what in (ReadOnlySpan<int>)[Name, Flags, KeyType, DataType])
        {
            Add(common, Netlink.Attribute(set, what));
        }
    }

    private void AddChain(ReadOnlySpan<byte> chain)
    {
        const int Name = 3, Hook = 4, Policy = 5, Type = 7, Flags = 10;
        var name = KernelTable.TextOf(Netlink.Attribute(chain, Name));
        if (BridgeOf(name) is { } bridge)
        {
            bridges.TryAdd(bridge, new Own());
            bridges[bridge].Chains.Add(name);
            return;
        }

        foreach (var what in (ReadOnlySpan<int>)[Name, Hook, Policy, Type, Flags])
        {
            Add(common, Netlink.Attribute(chain, what));
        }
    }

    private void AddRule(ReadOnlySpan<byte> rule)
    {
        const int Chain = 2, Expressions = 4, UserData = 7;
        var chain = KernelTable.TextOf(Netlink.Attribute(rule, Chain));
        var own = BridgeOf(chain) is { } bridge ? bridges.GetValueOrDefault(bridge) : null;
        if (own is not null && chain.StartsWith("seen-", StringComparison.Ordinal))
        {
            own.Note ??= CommentIn(Netlink.Attribute(rule, UserData));
            return;
        }

        var digest = own?.Digest ?? common;
        Add(digest, Netlink.Attribute(rule, Chain));
        Netlink.Attributes(Netlink.Attribute(rule, Expressions), (_, expression) => AddExpression(digest, expression, own is not null));
    }

    private void AddExpression(IncrementalHash digest, ReadOnlySpan<byte> expression, bool isOwn)
    {
        const int Name = 1, Data = 2, Set = 1;
        var set = Netlink.Attribute(expression, Name).SequenceEqual("lookup\0"u8) ? KernelTable.TextOf(Netlink.Attribute(Netlink.Attribute(expression, Data), Set)) : "";
        if (!unnamed.TryGetValue(set, out var number))
        {
            Add(digest, expression);
            return;
        }

        Netlink.Attributes(Netlink.Attribute(expression, Data), (what, value) => Add(digest, what == Set ? [] : value));
        var elements = isOwn ? [] : table.Elements(set);
        isTorn |= elements is null;
        Add(digest, isOwn ? number : [.. elements?.SelectMany(e => e.Whole) ?? []]);
    }

    /// <summary>Entries that have nothing to do with a bridge decide about none.</summary>
    private bool AddElements(string set)
    {
        if (table.Elements(set) is not { } elements)
        {
            return false;
        }

        for (var at = 0; at < elements.Count; at++)
        {
            var element = elements[at];
            var end = at + 1 < elements.Count && elements[at + 1].IsEnd ? elements[at + 1] : null;
            if (!element.IsEnd && (BridgeOf(element.Target) ?? (element.Key.AsSpan().StartsWith("br-"u8) ? KernelTable.TextOf(element.Key) : null)) is { } bridge)
            {
                entries.Add(new BridgeEntry(set, KeyOf(element.Key, end?.Key), bridge));
                if (bridges.TryGetValue(bridge, out var own))
                {
                    Add(own.Digest, Encoding.ASCII.GetBytes(set));
                    Add(own.Digest, element.Whole);
                    Add(own.Digest, end?.Whole);
                }
            }
        }

        return true;
    }

    /// <summary>The bridge whose chain of rules this is; null for a common one.</summary>
    private static string? BridgeOf(string chain) => chain.IndexOf("-br-", StringComparison.Ordinal) is > 0 and var at ? chain[(at + 1)..] : null;

    /// <summary>A device's name, or ports up to the one before the end.</summary>
    private static string KeyOf(byte[] key, byte[]? end) => key.Length == sizeof(ushort)
        ? string.Create(CultureInfo.InvariantCulture, $"{BinaryPrimitives.ReadUInt16BigEndian(key)}-{(end is { Length: sizeof(ushort) } ? BinaryPrimitives.ReadUInt16BigEndian(end) - 1 : ushort.MaxValue)}")
        : $"\"{KernelTable.TextOf(key)}\"";

    private static string? CommentIn(ReadOnlySpan<byte> userData) => userData is [0, var length, .. var rest] && rest.Length >= length ? KernelTable.TextOf(rest[..length]) : null;

    /// <summary>With its length in front: what follows is never taken for a part of it.</summary>
    private static void Add(IncrementalHash digest, ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        digest.AppendData(length);
        digest.AppendData(bytes);
    }

    private sealed class Own
    {
        public readonly IncrementalHash Digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        public readonly List<string> Chains = [];
        public string? Note;

        public BridgeRules Finish(byte[] shared)
        {
            Digest.AppendData(shared);
            return new BridgeRules(FirewallNote.DigestOf(Digest.GetHashAndReset()), Note, [.. Chains]);
        }
    }
}
