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

    private EngineNode(DockerServer server, string image) => (this.server, Image) = (server, image);

    public NodeId Id { get; } = new(Random.Shared.NextInt64(1_000_000_000, long.MaxValue / 1000));

    public DockerEngine Engine => server.Engine;

    public DockerServer Server => server;

    /// <summary>The development chain's image, by id.</summary>
    public string Image { get; }

    public string Journal { get; } = Repository.NewFolder("agent");

    private Dictionary<string, string> Labels => new() { [Label.Node] = $"{Id}" };

    public static async Task<EngineNode> Open()
    {
        var server = await DockerServer.Open();
        return new EngineNode(server, await TestImages.Evm(server.Engine));
    }

    public Task<AgentProcess> Agent(params (string Name, string Value)[] options) => AgentProcess.Start(Journal, [Id], options);

    public Subnode Subnode(string chain, long generation, int slot = 0) =>
        Some.Subnode(chain, generation, slot, memoryBytes: 128 << 20, image: Image, firstPort: Repository.FreePort() - Contracts.Subnode.HttpPortOffset - (slot * Contracts.Subnode.PortsPerSlot));

    public StartSubnode Start(Subnode subnode) => new(Id, subnode.Generation, subnode, DateTimeOffset.UtcNow);

    public RemoveSubnode Remove(string chain, long generation) => new(Id, generation, new ChainName(chain), DateTimeOffset.UtcNow);

    public AssignNode Assign(long generation, params Subnode[] subnodes) => new(Id, generation, subnodes, [], DateTimeOffset.UtcNow);

    public string NameOf(string chain) => $"skale-{Network}-{Id}-{chain}";

    public async Task<ContainerDetails> Container(string chain) =>
        await Engine.Containers.Find(NameOf(chain)) ?? throw new InvalidOperationException($"No container {NameOf(chain)}.");

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
        await Engine.RemoveAll(Labels);

        http.Dispose();
        await server.DisposeAsync();
        Directory.CreateDirectory(Journal).Delete(recursive: true);
    }
}
