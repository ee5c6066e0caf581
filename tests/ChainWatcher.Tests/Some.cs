using System.Numerics;
using Skale.ChainWatcher.Domain;
using Skale.Contracts;
using Skale.EventStore;

namespace Skale.ChainWatcher.Tests;

/// <summary>Made-up blocks and logs.</summary>
internal static class Some
{
    public const string Network = "test";

    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static WatchOpened Opened { get; } = new(Network, 31337, Hash(0), 1, "latest", ["0xaa"], Now);

    public static string Hash(long block, string fork = "0") => $"0x{fork}{block:x63}";

    public static BlockHeader Header(long number, string fork = "0") => new(number, Hash(number, fork), Hash(number - 1, fork), Now.AddSeconds(number));

    public static ChainLog Log(int index, string name, params (string Name, object Value)[] fields) => new(
        "0xt1", index, "0xaa", ["0xtopic"], "0xdata", name, new EventFields(fields.ToDictionary(f => f.Name, f => f.Value is int or long ? (BigInteger)Convert.ToInt64(f.Value) : f.Value)));

    public static ChainLog NodeCreated(int index, long node) => Log(
        index, "NodeCreated", ("nodeIndex", node), ("owner", "0x0101"), ("name", $"node-{node}"), ("ip", "0x0a0e1b3d"), ("publicIP", "0xffffff01"), ("port", 10000),
        ("nonce", 7), ("domainName", "n.example"));

    public static ChainLog SchainCreated(int index, string name, params (string Name, object Value)[] instead) => Log(
        index, "SchainCreated",
        [
            .. new (string Name, object Value)[]
            {
                ("name", name), ("owner", "0x0202"), ("partOfNode", 32), ("lifetime", 3600), ("numberOfNodes", 4), ("deposit", 0), ("nonce", 1), ("schainHash", $"0xhash-{name}"),
            }.Where(f => instead.All(i => i.Name != f.Name)), .. instead,
        ]);

    public static ChainLog SchainNodes(int index, string name, params int[] nodes) => Log(
        index, "SchainNodes", ("name", name), ("schainHash", $"0xhash-{name}"), ("nodesInGroup", nodes.Select(n => (object)(BigInteger)n).ToArray()));

    public static ScannedRange Range(long from, long to, params (long Block, ChainLog[] Logs)[] blocks) => RangeOn("0", from, to, blocks);

    public static ScannedRange RangeOn(string fork, long from, long to, params (long Block, ChainLog[] Logs)[] blocks) => new(
        Network, from, Hash(from - 1, fork), new BlockRef(to, Hash(to, fork)), [.. blocks.Select(b => new ScannedBlock(Header(b.Block, fork), b.Logs))]);

    public static IFact[] FactsOf(params ChainLog[] block) => FactsOf([], block);

    /// <summary>The facts of a block at whose end the contract says this of rotations.</summary>
    public static IFact[] FactsOf(RotationState[] rotations, params ChainLog[] block) =>
        [.. FactMapper.Map(Network, 0, new ScannedBlock(Header(9), block, [.. rotations]), new ChainNames(new Dictionary<string, ChainName>()))];

    public static FactOrigin Origin(long number, int logIndex, long block = 9, string transaction = "0xt1") =>
        new(Network, number, block, Hash(block), Hash(block - 1), Now.AddSeconds(block), transaction, logIndex);
}

/// <summary>Given what is recorded, when an input comes, then these events.</summary>
internal sealed class Spec
{
    private readonly WatchDecider decider = new();

    public Watch State { get; private set; } = new();

    public List<object> Recorded { get; } = [];

    public static Spec Given(params object[] inputs)
    {
        var spec = new Spec();
        foreach (var input in inputs)
        {
            spec.When(input);
        }

        return spec;
    }

    public IReadOnlyList<object> When(object input)
    {
        var events = decider.Decide(State, input, Some.Now);
        foreach (var e in events)
        {
            decider.Evolve(State, e);
            Recorded.Add(e);
        }

        return events;
    }

    /// <summary>A new process folds what was recorded.</summary>
    public void Restart()
    {
        State = new Watch();
        foreach (var e in Recorded)
        {
            decider.Evolve(State, e);
        }
    }

    public string Refusal(object input) => Assert.Throws<ImpossibleInputException>(() => When(input)).Message;
}
