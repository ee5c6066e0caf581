using System.Net.Http.Json;
using System.Text.Json;
using Skale.Docker;
using Skale.Servers;

namespace Skale.Docker.Tests;

/// <summary>One container of the development chain image, limited and isolated as a subnode is, with its RPC on a port of the loopback address.</summary>
internal sealed class EvmChain(DockerServer server, string container) : IDisposable
{
    public const int ChainId = 0x1092;
    private readonly HttpClient http = new();
    private Uri? address;

    public string Container => container;

    public static async Task<EvmChain> Start(DockerServer server, double cpus = 0.25, string purpose = "chain")
    {
        var volume = await server.Engine.Volumes.Create(new VolumeSpec { Name = server.Name($"{purpose}-data"), Labels = server.Labels });
        var id = await server.Run(new ContainerSpec
        {
            Name = server.Name(purpose),
            Image = await TestImages.Evm(server.Engine),
            Command = ["--chain-id", $"{ChainId}"],
            Labels = server.Labels,
            Network = await server.Network(purpose),
            Isolation = Isolation.Strict,
            Limits = new Limits { NanoCpus = (long)(cpus * 1e9), MemoryBytes = 128L << 20, PidsLimit = 64 },
            Volumes = [new VolumeMount(volume.Name, "/data")],
            Ports = [new PublishedPort("127.0.0.1", 0, 8545)],
        });
        return new EvmChain(server, id);
    }

    /// <summary>Waits until it answers; the port may be another one after each start.</summary>
    public async Task Answers()
    {
        var port = (await server.Engine.Containers.Find(container))!.HostPort(8545) ?? throw new InvalidOperationException(await server.Output(container));
        address = new Uri($"http://127.0.0.1:{port}");
        await Wait.Until("eth_chainId of the chain's container", async () => await Ask("eth_chainId") == $"0x{ChainId:x}", Wait.Patience);
    }

    public async Task<string?> Ask(string method, params object[] parameters)
    {
        using var answer = await http.PostAsJsonAsync(address, new { jsonrpc = "2.0", id = 1, method, @params = parameters });
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return json.TryGetProperty("result", out var result) ? result.GetString() : throw new InvalidOperationException($"{method}: {json}");
    }

    public async Task<int> Height() => Convert.ToInt32(await Ask("eth_blockNumber"), 16);

    public async Task Restart()
    {
        await server.Engine.Containers.Start(container);
        await Answers();
    }

    public void Dispose() => http.Dispose();
}
