using System.Collections.Immutable;
using Skale.Contracts;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent.Tests;

/// <summary>Values that tests of the rules start from.</summary>
internal static class Some
{
    public const string Image = "skale-evm:test";

    public static readonly DateTimeOffset Time = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly NodeId Node = new(7);

    public static readonly Machine Machine = new("host", 4, 8_000_000_000, 100_000_000_000, "1", "1.41", "Linux", false);

    public static Subnode Subnode(string chain, long generation, int slot = 0, long memoryBytes = 64 << 20, string image = Image, int firstPort = 20_000) => new(
        new ChainName(chain), "0x" + new string('a', 64), 0x1000 + chain.Sum(c => c), 1, slot, firstPort + (slot * Contracts.Subnode.PortsPerSlot),
        new SliceLimits(250_000_000, memoryBytes, 72), image, generation);

    public static StartSubnode Start(string chain, long generation) => new(Node, generation, Subnode(chain, generation), Time);

    public static RemoveSubnode Remove(string chain, long generation) => new(Node, generation, new ChainName(chain), Time);

    public static AssignNode Assign(long generation, IEnumerable<Subnode> subnodes, params string[] removals) =>
        new(Node, generation, [.. subnodes], [.. removals.Select(r => new ChainName(r))], Time);

    public static SubnodeAnswers Answers(string chain, long generation, string container = "c1") => new(
        new ChainName(chain), generation, container, "sha256:1", "http://127.0.0.1:20003", new SliceLimits(1, 2, 3), []);

    public static SubnodeContainer Container(Subnode subnode) => SubnodeContainer.Of(Place, subnode);

    public static Place Place { get; } = new("test", Node, "127.0.0.1");

    /// <summary>All that is asked is in force.</summary>
    public static ImmutableSortedDictionary<Limit, LimitSeen> Seen(Subnode subnode) =>
        Container(subnode).Asked.ToImmutableSortedDictionary(a => a.Key, a => new LimitSeen(a.Value, "here"));

    /// <summary>A chain that runs as it should.</summary>
    public static ChainSeen Running(Subnode subnode)
    {
        var name = Container(subnode).Name;
        return new ChainSeen(
            [new ContainerSeen("id", name, Container(subnode).SpecHash, ContainerPhase.Running, Seen(subnode), "sha256:1")], [new PartSeen("net", name)], [new PartSeen(name, name)]);
    }

    public static Desired Desired(bool confirmed, params Subnode[] subnodes) => new(
        Node, 9, confirmed, subnodes.ToImmutableSortedDictionary(s => s.Chain, s => s), ImmutableSortedDictionary<ChainName, long>.Empty);
}
