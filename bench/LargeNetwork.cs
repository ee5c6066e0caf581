using Skale.Contracts;
using Skale.Ethereum;
using Skale.EventStore;
using Skale.Scheduler;
using Skale.Scheduler.Domain;
using Skale.SkaleManager;

namespace Skale.Bench;

/// <summary>A network of many nodes and chains, all running, decided by the scheduler's own rules from facts and reports, and committed to a log.</summary>
internal sealed class LargeNetwork(IEventLog log)
{
    public const string Name = "bench";
    private const int GroupSize = 4;
    private const int EventsPerAppend = 5_000;
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string Block = Keccak.HashText("block");
    private static readonly Contracts.Machine Host = new("host", 16, 64L << 30, 1L << 40, "27.3", "1.47", "Debian 12", false, 1L << 39, 1L << 28, 5_000, 1_000_000_000);
    private readonly NetworkDecider rules = new();
    private readonly Dictionary<string, long> versions = [];
    private readonly List<NewEvent> waiting = [];
    private long count;
    private Guid last;

    public Network State { get; } = new();

    public async Task Grow(int nodes, int chains)
    {
        await Decide(new SchedulerStarted(Name, 0, SchedulingPolicy.Default, Now));
        var books = new PlacementBooks();
        for (var node = 0; node < nodes; node++)
        {
            books.AddNode(node);
            var ip = $"10.{node >> 16}.{(node >> 8) & 255}.{node & 255}";
            await Decide(new NodeRegistered(Origin(), new(node), $"node-{node}", $"0x{node / 10:x40}", ip, ip, 10_000, 0, ""));
            await Decide(new NodeEnrolled(new(node), 1, Host, 0, [], Now));
        }

        for (var chain = 0; chain < chains; chain++)
        {
            await Create(books, $"chain-{chain}");
        }

        await Flush();
    }

    /// <summary>As its writer would at an orderly stop.</summary>
    public Task SaveSnapshot()
    {
        var codec = SchedulerSetup.Definition.Snapshots!;
        return ((ISnapshots)log).SaveSnapshot(to => SnapshotFile.Write(to, new(log.Name, count, last, codec.Format), versions, State, codec));
    }

    private async Task Create(PlacementBooks books, string name)
    {
        var (chain, hash) = (new ChainName(name), Keccak.HashText(name));
        var group = books.CreateChain(hash, 1, GroupSize, Block).Nodes.Select(n => new NodeId(n)).ToArray();
        await Decide(new ChainBought(Origin(), chain, hash, $"0x{count % 1_000:x40}", 1, GroupSize, TimeSpan.FromDays(365), group));
        foreach (var member in State.Chains[chain].Members.Values)
        {
            var (order, report) = (member.Subnode!, State.Nodes[member.Node].LastReport + State.Recorded);
            await Decide(new SubnodeStarted(member.Node, report, chain, order.Generation, "container", "sha256:1", "http://host", order.Limits, [], Now));
        }
    }

    private FactOrigin Origin() => new(
        Name, State.LastFact + 1, State.LastFact + 1, Keccak.HashText($"block {State.LastFact + 1}"), Block, Now, Keccak.HashText($"transaction {State.LastFact + 1}"), 0);

    private async Task Decide(object input)
    {
        for (var step = rules.Decide(State, input, Now); step.Count > 0; step = rules.Next(State, Now))
        {
            foreach (var decided in step)
            {
                var stream = rules.StreamOf(decided);
                var (type, data) = SchedulerSetup.Definition.Types.Serialize(decided);
                (versions[stream], last) = (versions.GetValueOrDefault(stream) + 1, EventId.Of($"bench/{++count}"));
                waiting.Add(new NewEvent(last, stream, versions[stream], type, data, Now));
                rules.Evolve(State, decided);
            }
        }

        if (waiting.Count >= EventsPerAppend)
        {
            await Flush();
        }
    }

    private async Task Flush()
    {
        await log.Append([.. waiting]);
        waiting.Clear();
    }
}
