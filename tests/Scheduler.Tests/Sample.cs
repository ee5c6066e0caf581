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

    /// <summary>A profile of each kind, and a bound for everybody but the rich.</summary>
    public static TenancyPolicy Tenants { get; } = new(
        new Quota(Slices: 128, Chains: 3), new Dictionary<string, Quota> { ["rich"] = new() }, new Dictionary<string, ChainProfile>
        {
            ["own"] = new(8, 2, Dedicated: true),
            ["brief"] = new(4, 1, Lifetime: TimeSpan.FromMinutes(20)),
            ["other"] = new(16, 1, "evm:other", "spread"),
            ["bad"] = new(1, 1, Strategy: "skale"),
            ["set"] = new(
                16, 2, Sidecars: [new("ima", "ima:1", new(200, 100, 150, 50), ["--chain"]), new("tail", "tail:1", new(50, 60, 70, 80))],
                DataParts: [new("db", 600, ["ima"]), new("files", 100)]),
        });

    public static ChainRequested Asked(string name, string? profile = null, int? slices = 32, int? groupSize = 1, string owner = "ann", string key = "") => new(
        Key(key + name), "digest", new(name), Hash(name), owner, profile, profile is null ? slices : null, profile is null ? groupSize : null, Start);

    public static ChainRemovalRequested Unwanted(string name, long? version = null, string key = "remove ") => new(Key(key + name), "digest", new(name), version, Start);

    public static NodeHoldRequested Hold(long node, bool held = true, long? version = null, string key = "hold ") => new(Key(key + node + held), "digest", new(node), held, version, Start);

    public static ChainRotationRequested Rotation(string chain, long? node = null, long? version = null, string key = "rotate ") =>
        new(Key(key + chain), "digest", new(chain), node is { } named ? new NodeId(named) : null, version, Start);

    public static ChainResizeRequested Resize(string chain, int slices, long? version = null, string key = "resize ") => new(Key(key + chain + slices), "digest", new(chain), slices, version, Start);

    public static ChainImageRequested Image(string chain, string image, long? version = null, string key = "image ") => new(Key(key + chain + image), "digest", new(chain), image, version, Start);

    public static NodeDrainRequested Drain(long node, bool drain = true, long? version = null, string key = "drain ") => new(Key(key + node + drain), "digest", new(node), drain, version, Start);

    public static JoinTokenRequested Token(long node, string hash, DateTimeOffset? expires = null, string key = "token ") =>
        new(Key(key + node + hash), "digest", new(node), hash, expires ?? Start + TimeSpan.FromHours(1), null, Start);

    public static NodeJoinRequested Joins(long node, string hash, string identity = "identity", string key = "join ") => new(Key(key + node + hash), "digest", new(node), hash, identity, Start);

    public static Guid Key(string key) => EventStore.EventId.Of(key);

    /// <summary>With it members are replaced: after a minute without an answer; an hour for a node to leave.</summary>
    public static ReplacementPolicy Replacing { get; } = new(TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), null);

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

    /// <summary>The contract has put a node in another's place; nobody in it, or nobody known, where null.</summary>
    public static ChainRotated Rotated(string chain, long? old, long? joined, long? counter = null, long[]? group = null, params int[] holes) => new(
        Origin(), new(chain), Hash(chain), RotationReason.NodeExit, old is { } o ? new NodeId(o) : null, joined is { } j ? new NodeId(j) : null, counter, null,
        group is null ? null : [.. group.Select(n => new NodeId(n))], group is null ? null : holes);

    public static FactsRetracted Retracted(long number, params long[] numbers) => new(Origin(number), numbers, Hash($"block-{numbers[0]}"));

    /// <summary>Generation of a report that is about the last order, whichever number that had.</summary>
    private const long AnyOrder = 1_000;

    public static SubnodeStarted Runs(string chain, long node, long report, long generation = AnyOrder) =>
        new(new(node), report, new(chain), generation, "container", "sha256:1", "http://10.0.0.1:10003", Limits(32), [], Start);

    public static SubnodeFailed Fails(string chain, long node, long report, long generation = AnyOrder) =>
        new(new(node), report, new(chain), generation, "does not answer", Start);

    /// <summary>One of the three things that a node's operator does to a chain's data, by the report's number.</summary>
    public static IReport OfData(string chain, long node, long report, long generation = AnyOrder)
    {
        var backup = new DataBackup(new(node), generation, "image", 3, 1_000, "ab", Start);
        return (report % 3) switch
        {
            0 => new BackupTaken(new(node), report, new(chain), generation, backup, Start),
            1 => new DataRestored(new(node), report, new(chain), generation, backup, Start),
            _ => new DataWiped(new(node), report, new(chain), generation, Start),
        };
    }

    public static SubnodeRemoved Gone(string chain, long node, long report) => new(new(node), report, new(chain), AnyOrder, Start);

    /// <summary>Half of 4 CPUs and 8 GiB divided by 128; 64 processes and 8 per slice.</summary>
    public static SliceLimits Limits(int slices) => new(15_625_000L * slices, (32L << 20) * slices, 64 + (8 * slices));

    /// <summary>The order a member on <see cref="Machine"/> gets.</summary>
    /// <param name="peers">The other members, each in its first slot.</param>
    public static SubnodeOrdered Ordered(string chain, long node, int slices = 32, int slot = 0, long generation = 1, params long[] peers) => new(
        new(node), new(chain), generation, Subnode(chain, slices, slot, generation) with { Peers = peers.Length == 0 ? null : [.. peers.Select(p => new Peer(new(p), "10.0.0.1", FirstPort))] }, Start);

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
