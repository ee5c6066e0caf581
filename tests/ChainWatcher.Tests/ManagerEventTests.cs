using System.Numerics;
using System.Text;
using Skale.ChainWatcher.Domain;
using Skale.Contracts;
using Skale.Ethereum;
using static Skale.ChainWatcher.Tests.Some;

namespace Skale.ChainWatcher.Tests;

public sealed class ManagerEventTests
{
    [Fact]
    public void key_ceremonies_are_told_step_by_step() => Assert.Equal(
        [
            new KeyShareBroadcast(Origin(1, 0), null, "0xh", new NodeId(1)),
            new KeyDataReceived(Origin(2, 1), null, "0xh", new NodeId(2)),
            new KeyCeremonyCompleted(Origin(3, 2), null, "0xh"),
            new KeyComplaintSent(Origin(4, 3), null, "0xh", new NodeId(1), new NodeId(2)),
            new KeyComplaintRejected(Origin(5, 4), "Node has not broadcasted"),
            new RotationDelaySkipped(Origin(6, 5), null, "0xh"),
        ],
        FactsOf(
            Log(0, "BroadcastAndKeyShare", ("schainHash", "0xh"), ("fromNode", 1)),
            Log(1, "AllDataReceived", ("schainHash", "0xh"), ("nodeIndex", 2)),
            Log(2, "SuccessfulDKG", ("schainHash", "0xh")),
            Log(3, "ComplaintSent", ("schainHash", "0xh"), ("fromNodeIndex", 1), ("toNodeIndex", 2)),
            Log(4, "ComplaintError", ("error", "Node has not broadcasted")),
            Log(5, "RotationDelaySkipped", ("schainHash", "0xh"))));

    [Fact]
    public void changes_of_the_manager_are_told_with_values_of_any_size() => Assert.Equal(
        [
            new ConstantChanged(Origin(1, 0), Hash("RotationDelay"), "RotationDelay", "1", $"{BigInteger.Pow(2, 256) - 1}"),
            new ConstantChanged(Origin(2, 1), "0x01", null, "0", "5"),
            new IpRangeAdded(Origin(3, 2), "office", "10.0.0.1", "10.0.0.255"),
            new IpRangeRemoved(Origin(4, 3), "office"),
            new ContractUpgraded(Origin(5, 4), "Nodes", "0xaa"),
            new ManagerVersionChanged(Origin(6, 5), "1.12.0", "1.13.0"),
            new BountyReceived(Origin(7, 6), new NodeId(3), "0xbb", "0", "0", $"{BigInteger.Pow(10, 24)}"),
        ],
        FactsOf(
            Log(0, "ConstantUpdated", ("constantHash", Hash("RotationDelay")), ("previousValue", 1), ("newValue", BigInteger.Pow(2, 256) - 1)),
            Log(1, "ConstantUpdated", ("constantHash", "0x01"), ("previousValue", 0), ("newValue", 5)),
            Log(2, "IPRangeAdded", ("name", "office"), ("startIP", "0x0a000001"), ("endIP", "0x0a0000ff")),
            Log(3, "IPRangeRemoved", ("name", "office")),
            Log(4, "ContractUpgraded", ("contractsName", "Nodes"), ("contractsAddress", "0xaa")),
            Log(5, "VersionUpdated", ("oldVersion", "1.12.0"), ("newVersion", "1.13.0")),
            Log(6, "BountyReceived", ("nodeIndex", 3), ("owner", "0xbb"), ("averageDowntime", 0), ("averageLatency", 0), ("bounty", BigInteger.Pow(10, 24)))));

    [Fact]
    public void known_constants_have_the_hashes_of_their_names() => Assert.All(KnownConstants.ByHash, known => Assert.Equal(Hash(known.Value), known.Key));

    /// <summary>Topics before 1.9.0 (skale-facts 1.3, trap 8), as the ABIs published for mainnet have them.</summary>
    [Theory]
    [InlineData("Nodes", "NodeCreated(uint256,address,string,bytes4,bytes4,uint16,uint16,uint256,uint256)")]
    [InlineData("Nodes", "NodeCreated(uint256,address,string,bytes4,bytes4,uint16,uint16,string,uint256,uint256)")]
    [InlineData("Nodes", "ExitInited(uint256,uint256,uint256,uint256)")]
    [InlineData("Nodes", "ExitInitialized(uint256,uint256,uint256,uint256)")]
    [InlineData("Nodes", "ExitCompleted(uint256,uint256,uint256)")]
    [InlineData("Schains", "SchainCreated(string,address,uint256,uint256,uint256,uint256,uint16,bytes32,uint256,uint256)")]
    [InlineData("Schains", "SchainNodes(string,bytes32,uint256[],uint256,uint256)")]
    [InlineData("SkaleManager", "BountyGot(uint256,address,uint256,uint256,uint256,uint256,uint256,uint256)")]
    [InlineData("SkaleManager", "BountyReceived(uint256,address,uint256,uint256,uint256,uint256,uint256,uint256)")]
    public void the_topic_decides_which_release_a_log_is_of(string contract, string signature)
    {
        var contracts = ContractFiles.Load(new ChainWatcherOptions { Contracts = Recording.ContractsFile, Abi = Recording.AbiFile });
        var log = new Log(contracts.AddressOf(contract)!, [Keccak.HashText(signature)], default, 1, Some.Hash(1), "0xt", 0, 0, false);

        Assert.Equal(signature, contracts.EventOf(log)?.Signature);
        Assert.Contains(contracts.EventOf(log)!.Name, FactMapper.Events);
    }

    [Fact]
    public void a_node_of_a_release_without_domain_names_has_none()
    {
        var without = Log(
            0, "NodeCreated", ("nodeIndex", 1), ("owner", "0x0101"), ("name", "node-1"), ("ip", "0x0a0e1b3d"), ("publicIP", "0xffffff01"), ("port", 10000), ("nonce", 7), ("time", 1), ("gasSpend", 2));

        Assert.Equal(Assert.IsType<NodeRegistered>(FactsOf(NodeCreated(0, 1))[0]) with { DomainName = "" }, FactsOf(without)[0]);
    }

    private static string Hash(string name) => Hex.Encode(Keccak.Hash(Encoding.UTF8.GetBytes(name)));
}
