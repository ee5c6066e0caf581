using System.Text.Json;
using Skale.Ethereum;
using Skale.Ethereum.Development;

namespace Skale.Cli.Embedded;

/// <summary>
/// The world outside, for one machine: a local Ethereum node that keeps its state in a folder, with our development manager contract. Opening the
/// folder again finds everything as it was.
/// </summary>
internal sealed class DevelopmentNetwork : IAsyncDisposable
{
    private readonly AnvilProcess anvil;
    private readonly JsonRpcClient rpc;

    private DevelopmentNetwork(AnvilProcess anvil, JsonRpcClient rpc, DevelopmentContract contract) => (this.anvil, this.rpc, Contract) = (anvil, rpc, contract);

    public DevelopmentContract Contract { get; }

    public Uri Rpc => anvil.Http;

    public static async Task<DevelopmentNetwork> Open(string folder, string anvilProgram, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        var anvil = await AnvilProcess.Start(
            new AnvilOptions { Program = anvilProgram, StateFile = Path.Combine(folder, "state.json"), StateInterval = TimeSpan.FromSeconds(1) }, cancellation);
        var rpc = new JsonRpcClient(anvil.Http);
        var file = Path.Combine(folder, "manager.json");
        var known = File.Exists(file)
            ? JsonDocument.Parse(await File.ReadAllTextAsync(file, cancellation)).RootElement.GetProperty("address").GetString()
            : null;
        var contract = await DevelopmentContract.FindOrDeploy(await UnlockedAccount.First(rpc, cancellation), known, cancellation);
        await File.WriteAllTextAsync(file, JsonSerializer.Serialize(new { address = contract.Manager.Address }), cancellation);
        return new DevelopmentNetwork(anvil, rpc, contract);
    }

    public async ValueTask DisposeAsync()
    {
        rpc.Dispose();
        await anvil.DisposeAsync();
    }
}
