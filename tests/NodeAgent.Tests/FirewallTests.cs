using Skale.Contracts;
using Skale.Docker;
using Skale.NodeAgent.Domain;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>Who reaches a chain and whom it reaches, seen from another machine, on the real kernel and engine.</summary>
public sealed class FirewallTests : IAsyncLifetime
{
    private const string Answering = "while true; do echo here; $b usleep 200000; done";
    private static readonly int[] Offsets = [0, Subnode.HttpPortOffset, 20];
    private EngineNode node = null!;
    private AttackBox box = null!;
    private OutsideHost other = null!;

    public async ValueTask InitializeAsync()
    {
        node = await EngineNode.Open();
        box = await AttackBox.Open(node);
        box.Need(Limit.Firewall);
        other = await OutsideHost.Open();
    }

    public async ValueTask DisposeAsync()
    {
        if (other is not null)
        {
            await other.DisposeAsync();
        }

        await node.DisposeAsync();
    }

    [Fact]
    public async Task peer_ports_are_for_members_api_ports_for_all_and_the_rest_of_the_block_for_nobody()
    {
        var (_, first) = await Chain("0.0.0.0", [other.Member]);
        Assert.True(await other.Reaches(other.Member, other.Here, first), "a member reaches a port that members speak on");
        Assert.False(await other.Reaches(other.Stranger, other.Here, first), "a stranger does not");
        Assert.True(await other.Reaches(other.Stranger, other.Here, first + Subnode.HttpPortOffset), "everybody reaches the API");
        Assert.False(await other.Reaches(other.Member, other.Here, first + 20), "nobody reaches a port of the block that has no use");
    }

    [Fact]
    public async Task the_engines_proxy_is_no_way_around()
    {
        // Over IPv6 this engine translates nothing: its proxy, a process of the host, takes the connection.
        var (_, first) = await Chain("::", [OutsideHost.MemberV6]);
        Assert.True(await other.Reaches(OutsideHost.MemberV6, OutsideHost.HereV6, first), "a member reaches a port that members speak on");
        Assert.False(await other.Reaches(OutsideHost.StrangerV6, OutsideHost.HereV6, first), "a stranger does not");
        Assert.True(await other.Reaches(OutsideHost.StrangerV6, OutsideHost.HereV6, first + Subnode.HttpPortOffset), "everybody reaches the API");
    }

    [Fact]
    public async Task the_containers_own_address_is_no_way_around()
    {
        var (container, first) = await Chain("0.0.0.0", [other.Member]);
        Assert.False(await other.Reaches(other.Member, $"{AttackBox.AddressOf(container)}", first));
        Assert.False(await other.Reaches(other.Stranger, $"{AttackBox.AddressOf(container)}", first + Subnode.HttpPortOffset));
    }

    [Fact]
    public async Task a_member_that_leaves_is_cut_off_in_the_middle_of_what_it_says()
    {
        var (container, first) = await Chain("0.0.0.0", [other.Member]);
        var listening = other.Listen(other.Member, other.Here, first, 100_000);
        Assert.True(await other.Reaches(other.Member, other.Here, first));
        using var firewall = new HostFirewall(node.Place);
        var network = container.Networks.Values.Single().NetworkId;
        await firewall.Set(network, new ChainFirewall(first, [Peer(other.Stranger)], FirewallPolicy.Default));
        Assert.Contains("timed out", await listening, StringComparison.Ordinal);
        Assert.False(await other.Reaches(other.Member, other.Here, first));
        Assert.True(await other.Reaches(other.Stranger, other.Here, first));
    }

    [Fact]
    public async Task of_private_networks_a_chain_reaches_only_its_group_and_what_the_operator_allows()
    {
        await other.Serve(9000);
        await other.Serve(9001);
        await other.Serve(9020);
        string Try(string address, int port) => $"$b nc -w 2 {address} {port} < /dev/null > /dev/null 2> /dev/null && echo reached {address} {port}";
        var tries = string.Join('\n', Try(other.Member, 9000), Try(other.Member, 9001), Try(other.Member, 9020), Try(other.Stranger, 9000), "true");
        Assert.Equal([$"reached {other.Member} 9000", $"reached {other.Member} 9001"], (await box.Run(tries, s => s with { Peers = [Peer(other.Member) with { FirstPort = 9000 }] })).Split('\n'));

        await using var lenient = await EngineNode.Open();
        lenient.Firewall = FirewallPolicy.Default with { MayReach = [$"{other.Stranger}/32"] };
        Assert.Equal([$"reached {other.Stranger} 9000"], (await (await AttackBox.Open(lenient)).Run(tries)).Split('\n'));
    }

    private static Peer Peer(string address) => new(new NodeId(1), address, 9000);

    /// <summary>A chain that answers on a peer port, the API's, and one that has no use; its first port.</summary>
    private async Task<(ContainerDetails Container, int FirstPort)> Chain(string hostAddress, IReadOnlyList<string> peers)
    {
        var first = 0;
        var container = await box.Start(
            "alpha",
            string.Join(" ", Offsets.Select(o => $"$b nc -ll -p {8000 + o} -e /bin/busybox sh -c 'b=/bin/busybox; {Answering}' &")) + " wait",
            order: s => s with { Peers = [.. peers.Select((p, i) => Peer(p) with { Node = new NodeId(i) })] },
            ports: s => Offsets.Select(offset => new PublishedPort(hostAddress, (first = s.FirstPort) + offset, 8000 + offset)));
        foreach (var port in Offsets.Select(o => first + o))
        {
            await Servers.Wait.Until(
                $"the chain answers this machine on {port}", async () => (await HostTool.Run("/usr/bin/python3", ["-"], $"import socket\ntry:\n  print(socket.create_connection((\"{(hostAddress == "::" ? "::1" : "127.0.0.1")}\", {port}), 2).recv(9))\nexcept OSError: pass")).Contains("here", StringComparison.Ordinal), Wait.Patience);
        }

        return (container, first);
    }
}
