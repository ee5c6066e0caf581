using System.Text.Json;
using Skale.ChainWatcher.Domain;
using Skale.Contracts;
using Skale.Ethereum;

namespace Skale.ChainWatcher.Tests;

/// <summary>The whole way from the wire to facts, against what a real SKALE Manager emitted.</summary>
public sealed class RecordedNetworkTests
{
    private static readonly WatchOpened Opened = Some.Opened with { FromBlock = 0 };

    private static long LastBlock => Recording.Blocks.Count - 1;

    [Fact]
    public async Task every_log_becomes_a_fact_or_part_of_one_and_numbers_have_no_gaps()
    {
        var facts = await Scan();

        var purchases = facts.OfType<ChainBought>().ToArray();
        var failures = facts.OfType<KeyCeremonyFailed>().ToArray();
        Assert.Equal(
            Recording.Logs.Count,
            facts.Count + purchases.Count(p => p.Group is not null) + failures.Sum(f => (f.BadNode is null ? 0 : 1) + 1) + facts.OfType<ChainRotated>().Count(r => r.Reason == RotationReason.RestartedCreation));
        Assert.Equal(Enumerable.Range(1, facts.Count).Select(n => (long)n), facts.Select(f => f.Origin.Number));
        Assert.Equal(facts.Count, facts.Select(f => StoredEvents.IdOf(f)).Distinct().Count());
        Assert.Equal(
            new Dictionary<string, int>
            {
                ["NodeRegistered"] = 44,
                ["NodeExitStarted"] = 12,
                ["NodeExitCompleted"] = 11,
                ["NodeMaintenanceChanged"] = 11,
                ["NodeComplianceChanged"] = 5,
                ["NodeAddressChanged"] = 4,
                ["ChainTypeAdded"] = 6,
                ["ChainTypeRemoved"] = 1,
                ["ChainBought"] = 71,
                ["ChainDeleted"] = 13,
                ["ChainRotated"] = 79,
                ["RotationDelaySkipped"] = 1,
                ["KeyCeremonyStarted"] = 72,
                ["KeyShareBroadcast"] = 27,
                ["KeyDataReceived"] = 17,
                ["KeyCeremonyCompleted"] = 137,
                ["KeyCeremonyFailed"] = 7,
                ["KeyComplaintSent"] = 1,
                ["KeyComplaintRejected"] = 5,
                ["ConstantChanged"] = 7,
                ["IpRangeAdded"] = 2,
                ["IpRangeRemoved"] = 1,
                ["ContractUpgraded"] = 25,
                ["ManagerVersionChanged"] = 2,
                ["BountyReceived"] = 2,
                ["UnmappedLogSeen"] = 360,
            },
            facts.GroupBy(f => f.GetType().Name).ToDictionary(g => g.Key, g => g.Count()));
    }

    [Fact]
    public async Task every_purchase_has_the_group_that_the_contract_chose()
    {
        var purchases = (await Scan()).OfType<ChainBought>().ToArray();

        Assert.Equal(
            Recording.Operations("createChain").Select(o => (
                Text(o, "tx"), Text(o, "name"), Text(o, "schainHash"), o.GetProperty("units").GetInt32(), o.GetProperty("nodes").GetInt32(),
                string.Join(' ', o.GetProperty("group").EnumerateArray()))),
            purchases.Select(f => (f.Origin.TransactionHash, f.Chain.Value, f.ChainHash, f.Slices, f.GroupSize, string.Join(' ', f.Group!))));
    }

    [Fact]
    public async Task nodes_exits_deletions_and_flags_are_those_of_the_operations()
    {
        var facts = await Scan();

        Assert.Equal(
            Recording.Operations("createNode").Select(o => (
                o.GetProperty("node").GetInt64(), Text(o, "name"), Ip(Text(o, "ip")), Ip(Text(o, "publicIp")), o.GetProperty("port").GetInt32(),
                Text(o, "owner").ToLowerInvariant(), Text(o, "domain"))),
            facts.OfType<NodeRegistered>().Select(f => (f.Node.Value, f.Name, f.Ip, f.PublicIp, f.Port, f.Owner, f.DomainName)));
        Assert.Equal(Recording.Operations("deleteChain").Select(o => (Text(o, "name"), Text(o, "schainHash"))), facts.OfType<ChainDeleted>().Select(f => (f.Chain.Value, f.ChainHash)));
        Assert.Equal(Recording.Operations("initExit").Select(Node), facts.OfType<NodeExitStarted>().Select(f => f.Node.Value));
        Assert.Equal(Recording.Operations("nodeExit").Where(o => o.GetProperty("completed").GetBoolean()).Select(Node), facts.OfType<NodeExitCompleted>().Select(f => f.Node.Value));
        Assert.Equal(Recording.Operations("maintenance").Select(o => (Node(o), On(o))), facts.OfType<NodeMaintenanceChanged>().Select(f => (f.Node.Value, f.InMaintenance)));
        Assert.Equal(Recording.Operations("incompliant").Select(o => (Node(o), !On(o))), facts.OfType<NodeComplianceChanged>().Select(f => (f.Node.Value, f.Compliant)));
    }

    [Fact]
    public async Task origins_name_block_parent_and_time()
    {
        foreach (var fact in await Scan())
        {
            var block = Recording.Blocks[(int)fact.Origin.BlockNumber];
            Assert.Equal(
                (block[1].GetString(), block[2].GetString(), DateTimeOffset.FromUnixTimeSeconds(block[3].GetInt64())), (fact.Origin.BlockHash, fact.Origin.ParentHash, fact.Origin.BlockTime));
        }
    }

    [Fact]
    public async Task facts_are_the_same_however_windows_fall_and_wherever_it_restarts()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var whole = Identities(await Scan());
        await using var node = await ReplayNode.Start();
        using var rpc = new JsonRpcClient(node.Http);
        var scanner = Scanner(rpc);
        for (var round = 0; round < 20; round++)
        {
            var spec = Spec.Given(Opened);
            while (spec.State.NextBlock <= LastBlock)
            {
                var (from, to) = (spec.State.NextBlock, Math.Min(LastBlock, spec.State.NextBlock + random.Next(1, 200)));
                var range = random.Next(2) == 0 || to - from > 60
                    ? await scanner.Window(from, to, default)
                    : await scanner.Blocks(await scanner.Headers(from, to, default), default);
                spec.When(range);
                if (random.Next(4) == 0)
                {
                    spec.Restart();
                    spec.When(range);
                }
            }

            Assert.True(whole.SequenceEqual(Identities(spec.Recorded.OfType<IFact>())), $"Seed {seed}, round {round}: facts differ from those of one whole scan.");
        }
    }

    [Fact]
    public async Task windows_that_are_refused_as_too_large_are_halved_until_they_are_answered()
    {
        await using var node = await ReplayNode.Start();
        node.MostLogs = 40;
        using var rpc = new JsonRpcClient(node.Http);
        var spec = Spec.Given(Opened);
        await foreach (var range in new Backfill(Scanner(rpc), 5000).Scan(0, LastBlock, default))
        {
            spec.When(range);
        }

        Assert.True(node.Refusals > 3);
        Assert.Equal(Identities(await Scan()), Identities(spec.Recorded.OfType<IFact>()));
    }

    [Fact]
    public async Task an_empty_answer_is_not_believed_at_once_when_the_bloom_filter_contradicts()
    {
        await using var node = await ReplayNode.Start();
        node.EmptyAnswers = 2;
        using var rpc = new JsonRpcClient(node.Http);
        var scanner = Scanner(rpc);

        Assert.NotEmpty((await scanner.Blocks(await scanner.Headers(4, 4, default), default)).Blocks);
    }

    [Fact]
    public void the_built_in_abi_has_every_event_of_the_recorded_one()
    {
        var recorded = Skale.Ethereum.AbiFile.Parse(File.ReadAllText(Recording.AbiFile));
        var builtIn = ContractFiles.BuiltInAbi();

        Assert.Equal(recorded.SelectMany(c => c.Events).Select(e => e.Signature).Order(), Skale.Ethereum.AbiFile.Parse(builtIn).SelectMany(c => c.Events).Select(e => e.Signature).Order());
        Assert.All(recorded, c => Assert.All(c.Events, e => Assert.Equal(
            e.Fields.Select(f => (f.Name, f.IsIndexed)), Skale.Ethereum.AbiFile.Parse(builtIn).Single(b => b.Name == c.Name).FindEvent(e.Topic0)!.Fields.Select(f => (f.Name, f.IsIndexed)))));
    }

    private static async Task<List<IFact>> Scan()
    {
        await using var node = await ReplayNode.Start();
        using var rpc = new JsonRpcClient(node.Http);
        var spec = Spec.Given(Opened, await Scanner(rpc).Window(0, LastBlock, default));
        return [.. spec.Recorded.OfType<IFact>()];
    }

    private static LogScanner Scanner(JsonRpcClient rpc) => new(
        rpc, ContractFiles.Load(new ChainWatcherOptions { Contracts = Recording.ContractsFile }), Some.Network, TimeProvider.System);

    private static List<string> Identities(IEnumerable<IFact> facts) => [.. facts.Select(f => $"{StoredEvents.IdOf(f)} {JsonSerializer.Serialize<object>(f)}")];

    private static string Text(JsonElement operation, string name) => operation.GetProperty(name).GetString()!;

    private static long Node(JsonElement operation) => operation.GetProperty("node").GetInt64();

    private static bool On(JsonElement operation) => operation.GetProperty("on").GetBoolean();

    private static string Ip(string hex) => string.Join('.', Convert.FromHexString(hex[2..]));
}
