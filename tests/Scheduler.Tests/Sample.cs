using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Skale.Contracts;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler.Tests;

/// <summary>Facts, reports and orders with the values that do not matter filled in.</summary>
internal static class Sample
{
    public const string NetworkName = "test";
    public const int FirstPort = 10_000;

    public static DateTimeOffset Start { get; } = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static TimeSpan Patience { get; } = TimeSpan.FromMinutes(10);

    public static SchedulingPolicy Policy { get; } = new("uniform", "evm:1", 0.5, Patience);

    public static SchedulerStarted Started { get; } = new(NetworkName, 0, Policy, Start);

    public static Machine Machine { get; } = new("host", 4, 8L << 30, 1L << 40, "20.10", "1.41", "Debian 12", false);

    public static FactOrigin Origin(long number = 0, string network = NetworkName) =>
        new(network, number, 100 + number, Hash($"block-{number}"), Hash($"block-{number - 1}"), Start, Hash($"transaction-{number}"), 0);

    public static string Hash(string text) => "0x" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public static NodeRegistered Registered(long node, int port = FirstPort) =>
        new(Origin(), new(node), $"node {node}", "0xowner", "10.0.0.1", "1.2.3.4", port, 0, "");

    public static NodeEnrolled Enrolled(long node, long report = 1, params SubnodeStatus[] subnodes) =>
        new(new(node), report, Machine, 0, subnodes, Start);

    public static ChainBought Bought(string name, int slices = 32, int groupSize = 1, params long[] named) => new(
        Origin(), new(name), Hash(name), "0xbuyer", slices, groupSize, TimeSpan.FromDays(30), named.Length == 0 ? null : [.. named.Select(n => new NodeId(n))]);

    public static ChainDeleted Deleted(string name) => new(Origin(), new(name), Hash(name), "0xbuyer");

    public static FactsRetracted Retracted(long number, params long[] numbers) => new(Origin(number), numbers, Hash($"block-{numbers[0]}"));

    public static SubnodeStarted Runs(string chain, long node, long report, long generation = 1) =>
        new(new(node), report, new(chain), generation, "container", "sha256:1", "http://10.0.0.1:10003", Limits(32), [], Start);

    public static SubnodeFailed Fails(string chain, long node, long report, long generation = 1) =>
        new(new(node), report, new(chain), generation, "does not answer", Start);

    public static SubnodeRemoved Gone(string chain, long node, long report) => new(new(node), report, new(chain), 2, Start);

    /// <summary>Half of 4 CPUs and 8 GiB divided by 128; 64 processes and 8 per slice.</summary>
    public static SliceLimits Limits(int slices) => new(15_625_000L * slices, (32L << 20) * slices, 64 + (8 * slices));

    /// <summary>The order a member on <see cref="Machine"/> gets.</summary>
    public static SubnodeOrdered Ordered(string chain, long node, int slices = 32, int slot = 0, long generation = 1) => new(
        new(node), new(chain), generation, Subnode(chain, slices, slot, generation), Start);

    public static Subnode Subnode(string chain, int slices = 32, int slot = 0, long generation = 1) => new(
        new(chain), Hash(chain), Convert.ToInt64(Hash(chain)[2..15], 16), slices, slot, FirstPort + (64 * slot), Limits(Math.Max(1, slices)), "evm:1", generation);

    public static SlicesReserved Reserved(string chain, long node, int slices = 32, int slot = 0) => new(new(node), new(chain), slices, slot, Start);

    public static SlicesReleased Released(string chain, long node, int slices = 32, int slot = 0) => new(new(node), new(chain), slices, slot, Start);

    public static GroupChosen Followed(string chain, params long[] nodes) => new(new(chain), [.. nodes.Select(n => new NodeId(n))], Placement.ByContract, FirstNodeMissing, Start);

    /// <summary>What is said of a group while the first node known is node 1.</summary>
    public const string FirstNodeMissing = "not re-computable: Node 1 cannot be added: the books know 0 nodes, so the next is 0.";

    /// <summary>The same fact with its place in the order, and the block that goes with it.</summary>
    public static IFact Numbered(IFact fact, long number)
    {
        var json = JsonSerializer.SerializeToNode(fact, fact.GetType())!;
        json["Origin"] = JsonSerializer.SerializeToNode(Origin(number, fact.Origin.Network));
        return (IFact)json.Deserialize(fact.GetType())!;
    }
}
