using System.Security.Cryptography;
using System.Text.Json;
using Skale.Ethereum.Development;
using Skale.Servers;

namespace Skale.Ethereum.Tests;

/// <summary>The development contract against SKALE Manager's own event descriptions.</summary>
public sealed class ManagerContractTests
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(366);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task every_event_reads_as_an_event_of_skale_manager()
    {
        await using var anvil = await AnvilServer.Start(cancellation: Cancellation);
        var manager = await anvil.DeployManager(Cancellation);
        var admin = manager.Account.Address;
        var alpha = Keccak.HashText("alpha");
        var beta = Keccak.HashText("beta");

        Assert.Equal("SchainTypeAdded(schainType: 1, partOfNode: 16, numberOfNodes: 2)", Single(await manager.AddSchainType(16, 2, Cancellation)));
        Assert.Equal("SchainTypeAdded(schainType: 2, partOfNode: 0, numberOfNodes: 1)", Single(await manager.AddSchainType(0, 1, Cancellation)));
        Assert.Equal("SchainTypeRemoved(schainType: 2)", Single(await manager.RemoveSchainType(2, Cancellation)));
        Assert.Equal($"ConstantUpdated(constantHash: {Keccak.HashText("RotationDelay")}, previousValue: 43200, newValue: 60)", Single(await manager.Transact("setRotationDelay", [60], Cancellation)));
        for (var node = 0; node < 4; node++)
        {
            Assert.Equal(
                $"NodeCreated(nodeIndex: {node}, owner: {admin}, name: node-{node}, ip: 0x0a00000{node + 1}, publicIP: 0xc000020{node}, port: 10000, nonce: 7, domainName: n{node}.example)",
                Single(await manager.CreateNode(Registration(node), Cancellation)));
        }

        Assert.Equal($"SchainCreated(name: alpha, owner: {admin}, partOfNode: 16, lifetime: 31622400, numberOfNodes: 2, deposit: 0, nonce: 0, schainHash: {alpha})", Single(await manager.CreateChain("alpha", 1, Year, cancellation: Cancellation)));
        Assert.Equal(
            [
                $"ChannelOpened(schainHash: {beta})",
                $"SchainNodes(name: beta, schainHash: {beta}, nodesInGroup: [2, 0])",
                $"SchainCreated(name: beta, owner: {admin}, partOfNode: 16, lifetime: 31622400, numberOfNodes: 2, deposit: 0, nonce: 0, schainHash: {beta})",
            ],
            Read(await manager.CreateChain("beta", 1, Year, [2, 0], cancellation: Cancellation)));
        Assert.Equal($"SuccessfulDKG(schainHash: {beta})", Single(await manager.Transact("setSuccessfulDKG", ["beta"], Cancellation)));
        Assert.Equal($"ChannelOpened(schainHash: {beta})", Single(await manager.Transact("rotateNode", ["beta", 2, 1], Cancellation)));
        Assert.Equal($"RotationDelaySkipped(schainHash: {beta})", Single(await manager.Transact("skipRotationDelay", [beta], Cancellation)));
        Assert.Equal(
            [$"ChannelOpened(schainHash: {beta})", $"ChannelOpened(schainHash: {beta})", $"NodeAdded(schainHash: {beta}, newNode: 3)"],
            Read(await manager.Transact("restartSchainCreation", ["beta", 0, 3], Cancellation)));
        Assert.Equal("MaintenanceNode(nodeIndex: 0, status: true)", Single(await manager.SetNodeInMaintenance(0, true, Cancellation)));
        Assert.Equal("MaintenanceNode(nodeIndex: 0, status: false)", Single(await manager.SetNodeInMaintenance(0, false, Cancellation)));
        Assert.Equal("IncompliantNode(nodeIndex: 0, status: true)", Single(await manager.SetNodeCompliance(0, false, Cancellation)));
        Assert.Equal("IncompliantNode(nodeIndex: 0, status: false)", Single(await manager.SetNodeCompliance(0, true, Cancellation)));
        Assert.Equal("IPChanged(nodeIndex: 0, previousIP: 0x0a000001, newIP: 0x0a0000ff)", Single(await manager.ChangeIp(0, "0x0a0000ff", "0xc0000201", Cancellation)));
        var leaving = await manager.InitExit(0, Cancellation);
        var time = (await anvil.Rpc.Send(Eth.Block(BlockTag.Hash(leaving.BlockHash)), Cancellation))!.Time.ToUnixTimeSeconds();
        Assert.Equal($"ExitInitialized(nodeIndex: 0, startLeavingPeriod: {time})", Single(leaving));
        Assert.Equal("ExitCompleted(nodeIndex: 0)", Single(await manager.CompleteExit(0, Cancellation)));
        Assert.Equal($"SchainDeleted(owner: {admin}, name: beta, schainHash: {beta})", Single(await manager.DeleteChain("beta", Cancellation)));
    }

    [Fact]
    public async Task the_contract_refuses_with_a_readable_reason()
    {
        await using var anvil = await AnvilServer.Start(cancellation: Cancellation);
        var manager = await anvil.DeployManager(Cancellation);
        var other = (await anvil.Rpc.Send(Eth.Accounts(), Cancellation))[1];
        var stranger = new ManagerContract(manager.Address, new UnlockedAccount(anvil.Rpc, other));
        await manager.AddSchainType(100, 2, Cancellation);
        await manager.AddSchainType(100, 1, Cancellation);
        await manager.AddSchainType(1, 2, Cancellation);
        for (var node = 0; node < 3; node++)
        {
            await manager.CreateNode(Registration(node), Cancellation);
        }

        await manager.CreateChain("taken", 2, Year, [0], cancellation: Cancellation);
        await manager.SetNodeInMaintenance(2, true, Cancellation);

        await Refuses("Schain name is not available", () => manager.CreateChain("taken", 1, Year, cancellation: Cancellation));
        await Refuses("Schain name is not allowed", () => manager.CreateChain("Mainnet", 1, Year, cancellation: Cancellation));
        await Refuses("Invalid type of schain", () => manager.CreateChain("new", 9, Year, cancellation: Cancellation));
        await Refuses("The group does not have the size of the schain type", () => manager.CreateChain("new", 1, Year, [1], cancellation: Cancellation));
        await Refuses("Node is twice in the group", () => manager.CreateChain("new", 3, Year, [1, 1], cancellation: Cancellation));
        await Refuses("Node has not enough free units", () => manager.CreateChain("new", 1, Year, [1, 0], cancellation: Cancellation));
        await Refuses("Node is not Active and compliant", () => manager.CreateChain("new", 1, Year, [1, 2], cancellation: Cancellation));
        await Refuses("Node does not exist", () => manager.CreateChain("new", 1, Year, [1, 3], cancellation: Cancellation));
        await Refuses("Only the administrator may name a group", () => stranger.CreateChain("new", 2, Year, [1], cancellation: Cancellation));
        await Refuses("Message sender is not the owner of the Schain", () => stranger.DeleteChain("taken", Cancellation));
        await Refuses("The schain does not exist", () => manager.DeleteChain("new", Cancellation));
        await Refuses("Caller is not the administrator", () => stranger.AddSchainType(1, 1, Cancellation));
        await Refuses("Caller is neither the node's owner nor the administrator", () => stranger.InitExit(0, Cancellation));
        await Refuses("IP address is zero or is not available", () => manager.CreateNode(Registration(0) with { Name = "another" }, Cancellation));
        await Refuses("Name is empty or already registered", () => manager.CreateNode(Registration(0) with { Ip = "0x0a0000fe" }, Cancellation));
        await Refuses("Node is not Leaving", () => manager.CompleteExit(0, Cancellation));
        await manager.InitExit(0, Cancellation);
        await Refuses("Node still serves schains", () => manager.CompleteExit(0, Cancellation));
        await manager.DeleteChain("taken", Cancellation);
        await Refuses("Schain name is not available", () => manager.CreateChain("taken", 1, Year, cancellation: Cancellation));
        await manager.CompleteExit(0, Cancellation);
    }

    [Fact]
    public async Task its_views_answer_as_those_of_skale_manager()
    {
        await using var anvil = await AnvilServer.Start(cancellation: Cancellation);
        var manager = await anvil.DeployManager(Cancellation);
        await manager.AddSchainType(16, 2, Cancellation);
        for (var node = 0; node < 3; node++)
        {
            await manager.CreateNode(Registration(node), Cancellation);
        }

        await manager.CreateChain("gone", 1, Year, cancellation: Cancellation);
        await manager.CreateChain("alpha", 1, Year, [2, 0], cancellation: Cancellation);
        await manager.DeleteChain("gone", Cancellation);
        await manager.Transact("rotateNode", ["alpha", 2, 1], Cancellation);
        var alpha = Keccak.HashText("alpha");

        Assert.Equal("3", await Ask("getNumberOfNodes"));
        Assert.Equal("[0, 1, 2]", await Ask("getActiveNodeIds"));
        Assert.Equal("0", await Ask("getNodeStatus", 0));
        Assert.Equal("112", await Ask("getFreeSpace", 1));
        Assert.Equal("128", await Ask("getFreeSpace", 2));
        Assert.Equal("0x0a000002", await Ask("getNodeIP", 1));
        Assert.Equal("n1.example", await Ask("getNodeDomainName", 1));
        Assert.Equal("true", await Ask("isNodeVisible", 1));
        Assert.StartsWith("node-1, 0x0a000002, 0xc0000201, 10000,", await Ask("nodes", 1), StringComparison.Ordinal);
        Assert.Equal($"[{alpha}]", await Ask("getSchains"));
        Assert.Equal("1", await Ask("numberOfSchains"));
        Assert.Equal("true", await Ask("isSchainExist", alpha));
        Assert.Equal("alpha", await Ask("getSchainName", alpha));
        Assert.Equal("[1, 0]", await Ask("getNodesInGroup", alpha));
        Assert.Equal($"[{alpha}]", await Ask("getActiveSchains", 1));
        Assert.StartsWith("[2, 1, ", await Ask("getRotation", alpha), StringComparison.Ordinal);
        Assert.Equal("16, 2", await Ask("getSchainType", 1));
        Assert.Equal("1", await Ask("numberOfSchainTypes"));
        Assert.Equal("128", await Ask("TOTAL_SPACE_ON_NODE"));

        async Task<string> Ask(string name, params AbiValue[] arguments)
        {
            var theirs = Recording.Contracts.Select(c => c.FindFunction(name)).OfType<AbiFunction>().First();
            var answer = await anvil.Rpc.Send(Eth.Call(manager.Address, theirs, arguments, BlockTag.Latest), Cancellation);
            return string.Join(", ", answer.Values.ToArray());
        }
    }

    [Fact]
    public void its_events_have_the_topics_of_skale_manager()
    {
        var known = Recording.Contracts.SelectMany(c => c.Events).ToDictionary(e => e.Name);

        Assert.Equal(16, ManagerContract.Abi.Events.Count);
        Assert.All(ManagerContract.Abi.Events, ours =>
        {
            Assert.Equal(known[ours.Name].Topic0, ours.Topic0);
            Assert.Equal(known[ours.Name].Fields.Select(f => (f.Name, f.IsIndexed)), ours.Fields.Select(f => (f.Name, f.IsIndexed)));
        });
    }

    [Fact]
    public void the_compiled_contract_belongs_to_its_source()
    {
        using var compiled = JsonDocument.Parse(File.ReadAllText(Repository.Path("contracts", "SkaleManagerDev.json")));
        var sources = Directory.GetFiles(Repository.Path("contracts"), "*.sol").Order(StringComparer.Ordinal);
        var source = SHA256.HashData([.. sources.SelectMany(File.ReadAllBytes)]);

        Assert.True(
            compiled.RootElement.GetProperty("sourceSha256").GetString() == Convert.ToHexStringLower(source),
            "A source in contracts/ has changed: run node contracts/build.mjs and commit the result.");
    }

    [Fact]
    public async Task the_compiled_contract_is_what_the_compiler_makes_of_it()
    {
        Repository.Tool("node_modules/solc/package.json");
        await ServerProcess.Run("node", [Repository.Path("contracts", "build.mjs"), "--check"], TimeSpan.FromMinutes(2));
    }

    private static NodeRegistration Registration(int node) => new($"node-{node}", $"0x0a00000{node + 1}", $"0xc000020{node}", Nonce: 7, DomainName: $"n{node}.example");

    private static string Single(Receipt receipt) => Assert.Single(Read(receipt));

    private static List<string> Read(Receipt receipt) =>
        [.. receipt.Logs.Select(log => Recording.Contracts.Select(c => c.FindEvent(log.Topics[0])).OfType<AbiEvent>().Single().Decode(log).ToString())];

    private static async Task Refuses(string reason, Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<RpcException>(call);
        Assert.Equal(3, error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }
}
