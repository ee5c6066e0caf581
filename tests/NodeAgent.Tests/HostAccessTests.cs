using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit.Serialization;
using Skale.Contracts;
using Skale.Docker;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent.Tests;

/// <summary>
/// Shapes of two escapes of another scheduler (Nomad before 2.0.4) on the machine's real engine: a request for the host's namespaces, and a symbolic link that leads a volume out of
/// its folder where paths of the host are forbidden.
/// </summary>
public sealed class HostAccessTests : IAsyncLifetime
{
    private EngineNode node = null!;

    public async ValueTask InitializeAsync() => node = await EngineNode.Open();

    public async ValueTask DisposeAsync() => await node.DisposeAsync();

    [Fact]
    public async Task CVE_2026_14891_an_order_that_asks_for_the_host_gets_nothing_of_it()
    {
        await using var agent = await node.Agent();
        var order = JsonSerializer.SerializeToNode(node.Start(node.Subnode("alpha", 1)), SystemTextJsonMessageSerializer.Options)!.AsObject();
        foreach (var place in new[] { order, order["subnode"]!.AsObject(), order["subnode"]!["limits"]!.AsObject() })
        {
            foreach (var (name, value) in Requests().ToArray())
            {
                place[name] = value?.DeepClone();
            }
        }

        await agent.SendRaw(node.Id, new JsonObject
        {
            ["messageId"] = $"{Guid.NewGuid()}",
            ["messageType"] = new JsonArray("urn:message:Skale.Contracts:StartSubnode"),
            ["message"] = order,
        }.ToJsonString());
        await agent.Report<SubnodeStarted>("alpha");
        var container = await node.Container("alpha");
        Assert.Empty(IsolationRule.Faults(container));
        Assert.True(container.Isolation is { Privileged: false, PidNamespace: "", IpcNamespace: "private", UtsNamespace: "", UserNamespace: "" });
        Assert.Equal(node.NameOf("alpha"), container.Isolation.NetworkMode);
        Assert.Empty(container.Isolation.Devices);
        Assert.Equal(["volume"], container.Mounts.Where(m => m.Type != "tmpfs").Select(m => m.Type));
    }

    [Theory]
    [InlineData("process")]
    [InlineData("IPC")]
    [InlineData("host name")]
    public async Task CVE_2026_14891_a_container_in_a_namespace_of_the_host_is_replaced(string which)
    {
        var subnode = node.Subnode("alpha", 1);
        var spec = DockerContainer.SpecOf(SubnodeContainer.Of(node.Place, subnode), TimeSpan.FromSeconds(1)) with { Network = "none" };
        await node.Engine.Volumes.Create(new VolumeSpec { Name = node.NameOf("alpha"), Labels = Labels() });
        var planted = await node.Engine.Containers.Create(which switch
        {
            "process" => spec with { Isolation = spec.Isolation with { PidNamespace = "host" } },
            "IPC" => spec with { Isolation = spec.Isolation with { IpcNamespace = "host" } },
            _ => spec with { Isolation = spec.Isolation with { UtsNamespace = "host" }, Hostname = null },
        });
        await node.Engine.Containers.Start(planted.Id);
        await using var agent = await node.Agent(("NodeAgent:StartPatience", "00:00:02"), ("NodeAgent:HealthPatience", "00:00:02"));
        await agent.Order(node.Start(subnode));
        await agent.Report<SubnodeFailed>("the breach", r => r.Reason.Contains($"the {which} namespace of the host", StringComparison.Ordinal));
        Assert.NotEqual(planted.Id, (await agent.Report<SubnodeStarted>("alpha")).ContainerId);
        Assert.Null(await node.Engine.Containers.Find(planted.Id));
    }

    [Theory]
    [InlineData("/etc")]
    [InlineData("../../../../etc")]
    public async Task CVE_2026_14896_a_volume_that_is_a_symbolic_link_is_refused(string target)
    {
        await node.Engine.Volumes.Create(new VolumeSpec { Name = node.NameOf("alpha"), Labels = Labels() });
        Directory.Delete(node.MountOf("alpha"));
        Directory.CreateSymbolicLink(node.MountOf("alpha"), target);
        try
        {
            await using var agent = await node.Agent();
            await agent.Order(node.Start(node.Subnode("alpha", 1)));
            var failed = await agent.Report<SubnodeFailed>("alpha");
            Assert.Contains($"is a symbolic link to {target}", failed.Reason, StringComparison.Ordinal);
            Assert.Equal(0, (await node.Count()).Containers);
        }
        finally
        {
            File.Delete(node.MountOf("alpha"));
            Directory.CreateDirectory(node.MountOf("alpha"));
        }
    }

    private static JsonObject Requests() => new()
    {
        ["privileged"] = true,
        ["networkMode"] = "host",
        ["pidMode"] = "host",
        ["ipcMode"] = "host",
        ["utsMode"] = "host",
        ["usernsMode"] = "host",
        ["cgroupnsMode"] = "host",
        ["binds"] = new JsonArray("/:/host", "/var/run/docker.sock:/var/run/docker.sock"),
        ["devices"] = new JsonArray("/dev/mem"),
        ["capAdd"] = new JsonArray("ALL"),
        ["securityOpt"] = new JsonArray("seccomp=unconfined"),
    };

    private Dictionary<string, string> Labels() => new(node.Place.Labels) { [Label.Chain] = "alpha" };
}
