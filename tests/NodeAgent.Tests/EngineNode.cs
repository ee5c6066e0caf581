using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Skale.Contracts;
using Skale.Docker;
using Skale.NodeAgent.Domain;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>A node with an id of its own on the machine's real Docker Engine; what carries its label is removed at the end.</summary>
internal sealed class EngineNode : IAsyncDisposable
{
    /// <summary>Of every agent under test.</summary>
    public const string Network = "test";

    private readonly DockerServer server;
    private readonly HttpClient http = new();
    private readonly List<int> blocks = [];

    private EngineNode(DockerServer server, string image) => (this.server, Image) = (server, image);

    public NodeId Id { get; } = new(Random.Shared.NextInt64(1_000_000_000, 1L << 53)); // Beyond 2^53 no log takes every number.

    public DockerEngine Engine => server.Engine;

    public DockerServer Server => server;

    /// <summary>The development chain's image, by id.</summary>
    public string Image { get; }

    /// <summary>Where its data volumes with a size are.</summary>
    public string Volumes { get; } = Repository.NewFolder("volumes");

    /// <summary>Where its operator's socket is.</summary>
    public string Sockets { get; } = Repository.NewFolder("sockets");

    public string Journal { get; } = Repository.NewFolder("agent");

    public FirewallPolicy Firewall { get; set; } = FirewallPolicy.Default;

    public Place Place => new(Network, Id, "127.0.0.1") { Firewall = Firewall };

    private Dictionary<string, string> Labels => new() { [Label.Node] = $"{Id}" };

    /// <param name="own">An engine of the test's own; null for the machine's.</param>
    public static async Task<EngineNode> Open(EngineEndpoint? own = null)
    {
        var server = await DockerServer.Open(own);
        return new EngineNode(server, await TestImages.Evm(server.Engine));
    }

    public Task<AgentProcess> Agent(params (string Name, string Value)[] options) => Agent(TimeProvider.System, options);

    public Task<AgentProcess> Agent(TimeProvider clock, params (string Name, string Value)[] options) => AgentProcess.Start(
        clock, Journal, [Id], [("NodeAgent:VolumeFolder", Volumes), ("NodeAgent:SocketFolder", Sockets), .. options.Any(o => o.Name == "NodeAgent:Engine") ? [] : new[] { ("NodeAgent:Engine", $"{Engine.Endpoint}") }, .. options]);

    public Subnode Subnode(string chain, long generation, int slot = 0) =>
        Some.Subnode(chain, generation, slot, memoryBytes: 128 << 20, image: Image, firstPort: FreeBlock() - (slot * Contracts.Subnode.PortsPerSlot));

    /// <summary>First of 64 ports of which none is in another block of this node, and the API's is free.</summary>
    private int FreeBlock()
    {
        while (true)
        {
            var first = Repository.FreePort() - Contracts.Subnode.HttpPortOffset;
            if (blocks.All(b => Math.Abs(b - first) >= Contracts.Subnode.PortsPerSlot))
            {
                blocks.Add(first);
                return first;
            }
        }
    }

    public StartSubnode Start(Subnode subnode) => new(Id, subnode.Generation, subnode, DateTimeOffset.UtcNow);

    public RemoveSubnode Remove(string chain, long generation) => new(Id, generation, new ChainName(chain), DateTimeOffset.UtcNow);

    public AssignNode Assign(long generation, params Subnode[] subnodes) => new(Id, generation, subnodes, [], DateTimeOffset.UtcNow);

    public string FirewallTable => $"skale-{Network}-{Id}";

    public string NameOf(string chain) => $"skale-{Network}-{Id}-{chain}";

    public async Task<ContainerDetails> Container(string chain) =>
        await Engine.Containers.Find(NameOf(chain)) ?? throw new InvalidOperationException($"No container {NameOf(chain)}.");

    /// <summary>Where the engine mounts a chain's data volume.</summary>
    public string MountOf(string chain, string? part = null) => $"/var/lib/docker/volumes/{(part is null ? NameOf(chain) : Place.NameOf(new(chain), part))}/_data";

    /// <summary>What carries the node's label: containers, networks, volumes.</summary>
    public async Task<(int Containers, int Networks, int Volumes)> Count() =>
        ((await Engine.Containers.List(Labels)).Count, (await Engine.Networks.List(Labels)).Count, (await Engine.Volumes.List(Labels)).Count);

    public async Task<long> ChainIdAt(string endpoint)
    {
        using var answer = await http.PostAsJsonAsync(new Uri(endpoint), new { jsonrpc = "2.0", id = 1, method = "eth_chainId", @params = Array.Empty<object>() });
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return long.Parse(json.GetProperty("result").GetString()![2..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        var networks = await Engine.Networks.List(Labels);
        await Wait.Until("the engine to let go of what is left", AllRemoved, Wait.Patience);
        foreach (var network in networks)
        {
            await BridgeTraffic.Remove(network.Id);
        }

        await HostTool.Try(() => HostTool.Run("nft", ["delete", "table", "inet", FirewallTable]));

        var volumes = new DataVolumes(Volumes, Place);
        foreach (var volume in volumes.All())
        {
            await volumes.Remove(volume);
        }

        Directory.Delete(Volumes, recursive: true);
        Directory.Delete(Sockets, recursive: true);
        http.Dispose();
        await server.DisposeAsync();
        Directory.CreateDirectory(Journal).Delete(recursive: true);
    }

    /// <summary>An engine that was killed may count a removed container's mounts for a while.</summary>
    private async Task<bool> AllRemoved()
    {
        try
        {
            await Engine.RemoveAll(Labels);
            return true;
        }
        catch (DockerException)
        {
            return false;
        }
    }
}
