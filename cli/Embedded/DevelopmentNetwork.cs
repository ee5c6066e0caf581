using System.Text.Json;
using Skale.Ethereum;
using Skale.Ethereum.Development;

namespace Skale.Cli.Embedded;

/// <summary>
/// The world outside, for one machine: a local Ethereum node that keeps its state in a folder, with our development manager contract and
/// registered nodes. Opening the folder again finds everything as it was.
/// </summary>
internal sealed class DevelopmentNetwork : IAsyncDisposable
{
    /// <summary>Ports between the first ports of two nodes: 128 slots of 64.</summary>
    public const int PortsPerNode = 8192;

    private readonly AnvilProcess anvil;
    private readonly JsonRpcClient rpc;

    private DevelopmentNetwork(AnvilProcess anvil, JsonRpcClient rpc, ManagerContract manager) => (this.anvil, this.rpc, Manager) = (anvil, rpc, manager);

    public ManagerContract Manager { get; }

    public Uri Rpc => anvil.Http;

    /// <summary>The chain types on sale: id → (slices, group size), in the order they were added.</summary>
    public static IReadOnlyList<(int Slices, int GroupSize)> ChainTypes { get; } = [(4, 1), (16, 2), (32, 2), (16, 4), (0, 2)];

    public static async Task<DevelopmentNetwork> Open(string folder, string anvilProgram, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var anvil = await AnvilProcess.Start(
            new AnvilOptions { Program = anvilProgram, StateFile = Path.Combine(folder, "state.json"), StateInterval = TimeSpan.FromSeconds(1) }, cancellation);
        var rpc = new JsonRpcClient(anvil.Http);
        var manager = await FindOrDeploy(Path.Combine(folder, "manager.json"), await UnlockedAccount.First(rpc, cancellation), cancellation);
        return new DevelopmentNetwork(anvil, rpc, manager);
    }

    /// <summary>Registers nodes until there are this many. Their ports start at <paramref name="firstPort"/>.</summary>
    public async Task RegisterNodes(int count, int firstPort, CancellationToken cancellation)
    {
        for (var node = await CountNodes(cancellation); node < count; node++)
        {
            var address = $"0x0a0000{node + 1:x2}";
            await Manager.CreateNode(new NodeRegistration($"node-{node}", address, address, firstPort + (node * PortsPerNode)), cancellation);
        }
    }

    public async Task<int> CountNodes(CancellationToken cancellation) =>
        (await Manager.Ask("getNumberOfNodes", [], BlockTag.Latest, cancellation))[0].ToInt32();

    /// <param name="type">One of <see cref="ChainTypes"/>.</param>
    /// <param name="group">The nodes, or null when the scheduler is to choose.</param>
    /// <returns>False when the name has been used before: names are never sold twice.</returns>
    public async Task<bool> Buy(string name, (int Slices, int GroupSize) type, IReadOnlyList<int>? group, CancellationToken cancellation)
    {
        try
        {
            await Manager.CreateChain(name, ChainTypes.ToList().IndexOf(type) + 1, TimeSpan.FromDays(30), group, cancellation: cancellation);
            return true;
        }
        catch (RpcException e) when (e.Message.Contains("name is not available", StringComparison.Ordinal))
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        rpc.Dispose();
        await anvil.DisposeAsync();
    }

    private static async Task<ManagerContract> FindOrDeploy(string file, UnlockedAccount account, CancellationToken cancellation)
    {
        if (File.Exists(file))
        {
            var known = JsonDocument.Parse(await File.ReadAllTextAsync(file, cancellation)).RootElement.GetProperty("address").GetString()!;
            if ((await account.Rpc.Send(Eth.Code(known, BlockTag.Latest), cancellation)).Length > 0)
            {
                return new ManagerContract(known, account);
            }
        }

        var manager = await ManagerContract.Deploy(account, cancellation);
        foreach (var (slices, groupSize) in ChainTypes)
        {
            await manager.AddSchainType(slices, groupSize, cancellation);
        }

        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { address = manager.Address }), cancellation);
        return manager;
    }
}
