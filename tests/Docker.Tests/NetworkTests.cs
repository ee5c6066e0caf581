using System.Net;
using Skale.Docker;
using Skale.Servers;

namespace Skale.Docker.Tests;

public sealed class NetworkTests
{
    [Fact]
    public async Task containers_reach_each_other_on_one_network_but_not_across_two()
    {
        await using var server = await DockerServer.Open();
        var home = await server.Network("home", isInternal: true);
        var foreign = await server.Network("foreign", isInternal: true);
        var web = await server.Run(await server.Box("web", "nc", "-ll", "-p", "8080", "-e", "/bin/busybox", "echo", "hello") with
        {
            Network = home,
            NetworkAliases = ["web"],
        });
        var address = (await server.Engine.Containers.Find(web))!.Networks[home].Address;

        var (near, answer) = await server.Finish(await server.Shell(
            "near",
            $"for i in $(seq 50); do nc -w 1 {address} 8080 && exit 0; usleep 100000; done; exit 1") with
        { Network = home });
        var (far, silence) = await server.Finish(await server.Box("far", "nc", "-w", "1", address, "8080") with { Network = foreign });
        var (_, names) = await server.Finish(await server.Box("names", "nslookup", "web", "127.0.0.11") with { Network = home });

        Assert.Equal((0, "hello"), (near.State.ExitCode, answer));
        Assert.NotEqual(0, far.State.ExitCode);
        Assert.DoesNotContain("hello", silence, StringComparison.Ordinal);
        Assert.Contains(address, names, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_container_without_a_network_has_only_its_loopback()
    {
        await using var server = await DockerServer.Open();

        var (_, devices) = await server.Finish(await server.Shell("alone", "cd /sys/class/net && for i in *; do [ -e $i/ifindex ] && [ $(cat $i/operstate) != down ] && echo $i; done"));

        Assert.Equal("lo", devices);
    }

    [Fact]
    public async Task an_overlapping_subnet_is_told_apart_from_other_refusals()
    {
        await using var server = await DockerServer.Open();
        var taken = (await server.Engine.Networks.Find(await server.Network("first")))!.Subnets.Single();

        var refusal = await Assert.ThrowsAsync<DockerException>(() =>
            server.Engine.Networks.Create(new NetworkSpec { Name = server.Name("second"), Subnet = taken, Labels = server.Labels }));

        Assert.True(refusal.SubnetTaken, refusal.Message);
        Assert.False(refusal.Conflict);
    }

    [Fact]
    public async Task a_taken_network_name_is_a_conflict()
    {
        await using var server = await DockerServer.Open();
        var name = await server.Network("same");

        var refusal = await Assert.ThrowsAsync<DockerException>(() =>
            server.Engine.Networks.Create(new NetworkSpec { Name = name, Subnet = IPNetwork.Parse("10.127.255.224/27"), Labels = server.Labels }));

        Assert.True(refusal.Conflict, refusal.Message);
        Assert.False(refusal.SubnetTaken);
    }

    [Fact]
    public async Task containers_are_connected_and_disconnected_while_they_run()
    {
        await using var server = await DockerServer.Open();
        var (one, two) = (await server.Network("one"), await server.Network("two", isInternal: true));
        var id = await server.Run(await server.Box("mover", "sleep", "600") with { Network = one });

        await server.Engine.Networks.Connect(two, id);
        Assert.Equal([one, two], (await server.Engine.Containers.Find(id))!.Networks.Keys.Order());
        Assert.Contains(id, (await server.Engine.Networks.Find(two))!.Containers.Keys);

        await server.Engine.Networks.Disconnect(one, id);
        Assert.Equal([two], (await server.Engine.Containers.Find(id))!.Networks.Keys);
    }

    [Fact]
    public async Task networks_are_listed_by_label_and_gone_once_removed()
    {
        await using var server = await DockerServer.Open();
        var name = await server.Network("one", isInternal: true);

        var listed = (await server.Engine.Networks.List(server.Labels)).Single();

        Assert.Equal((name, "bridge", true), (listed.Name, listed.Driver, listed.Internal));
        Assert.True(await server.Engine.Networks.Remove(name));
        Assert.False(await server.Engine.Networks.Remove(name));
        Assert.Null(await server.Engine.Networks.Find(name));
        Assert.Empty(await server.Engine.Networks.List(server.Labels));
    }

    [Fact]
    public async Task a_network_in_use_is_not_removed()
    {
        await using var server = await DockerServer.Open();
        var network = await server.Network("busy");
        await server.Run(await server.Box("user", "sleep", "600") with { Network = network });

        await Assert.ThrowsAsync<DockerException>(() => server.Engine.Networks.Remove(network));

        Assert.NotNull(await server.Engine.Networks.Find(network));
    }
}
