using Skale.Contracts;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent.Tests;

public sealed class ChainFirewallTests
{
    private static readonly Subnode Alpha = Some.Subnode("alpha", 1) with { Peers = [new Peer(new(1), "192.0.2.1", 10_000), new Peer(new(2), "192.0.2.2", 10_000)] };

    public static TheoryData<string, Subnode, FirewallPolicy> Others { get; } = new()
    {
        { "a peer less", Alpha with { Peers = [Alpha.Peers![0]] }, FirewallPolicy.Default },
        { "another address", Alpha with { Peers = [Alpha.Peers![0], Alpha.Peers[1] with { Address = "192.0.2.3" }] }, FirewallPolicy.Default },
        { "other ports there", Alpha with { Peers = [Alpha.Peers![0], Alpha.Peers[1] with { FirstPort = 10_064 }] }, FirewallPolicy.Default },
        { "other ports here", Alpha with { FirstPort = 30_000 }, FirewallPolicy.Default },
        { "another rate", Alpha with { Limits = Alpha.Limits with { NetworkBitsPerSecond = 1_000_000 } }, FirewallPolicy.Default },
        { "a range within reach", Alpha, FirewallPolicy.Default with { MayReach = ["10.1.0.0/16"] } },
        { "a range for the API", Alpha, FirewallPolicy.Default with { ApiFrom = ["10.1.0.0/16"] } },
        { "another pool", Alpha, FirewallPolicy.Default with { Pool = "10.64.0.0/10" } },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void other_rules_have_another_digest(string what, Subnode subnode, FirewallPolicy policy) =>
        Assert.True(Of(Alpha).Digest != ChainFirewall.Of(Some.Place with { Firewall = policy }, subnode).Digest, what);

    [Fact]
    public void the_order_of_peers_another_generation_and_the_node_itself_make_no_difference()
    {
        var listed = Alpha with { Generation = 2, Peers = [Alpha.Peers![1], new Peer(Some.Node, "192.0.2.7", 10_000), Alpha.Peers[0]] };
        Assert.Equal(Of(Alpha).Digest, Of(listed).Digest);
    }

    [Fact]
    public void members_speak_on_skales_ports_and_the_api_has_others()
    {
        Assert.Equal([20_000, 20_001, 20_004, 20_005, 20_010], Of(Alpha).PeerPorts);
        Assert.Equal([20_002, 20_003, 20_007, 20_008, 20_009], Of(Alpha).ApiPorts);
        Assert.Equal(20_063, Of(Alpha).LastPort);
    }

    private static ChainFirewall Of(Subnode subnode) => ChainFirewall.Of(Some.Place, subnode);
}
