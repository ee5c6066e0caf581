using Skale.Ethereum;
using Skale.Ethereum.Development;

namespace Skale.Servers;

/// <summary>A real Ethereum node for one test, on a free port, with a client to it.</summary>
public sealed class AnvilServer : IAsyncDisposable
{
    private readonly AnvilProcess process;

    private AnvilServer(AnvilProcess process) => (this.process, Rpc) = (process, new JsonRpcClient(process.Http));

    public JsonRpcClient Rpc { get; }

    public Uri Http => process.Http;

    public Uri WebSocket => process.WebSocket;

    /// <param name="change">Options other than a free port and a block for each transaction.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task<AnvilServer> Start(Func<AnvilOptions, AnvilOptions>? change = null, CancellationToken cancellation = default)
    {
        var options = new AnvilOptions { Program = Repository.Tool("anvil") };
        return new AnvilServer(await AnvilProcess.Start(change is null ? options : change(options), cancellation));
    }

    /// <summary>Deploys the development manager contract from the first account, its administrator.</summary>
    public async Task<ManagerContract> DeployManager(CancellationToken cancellation = default) =>
        await ManagerContract.Deploy(await UnlockedAccount.First(Rpc, cancellation), cancellation);

    /// <summary>Makes empty blocks.</summary>
    public Task Mine(int blocks, CancellationToken cancellation = default) =>
        Rpc.Send(RpcCall.Of("anvil_mine", _ => true, Hex.Quantity(blocks)), cancellation);

    /// <summary>Replaces the last blocks by as many empty ones with other hashes; their transactions are gone.</summary>
    public Task Reorganise(int depth, CancellationToken cancellation = default) =>
        Rpc.Send(RpcCall.Of("anvil_reorg", _ => true, depth, Array.Empty<object>()), cancellation);

    public async ValueTask DisposeAsync()
    {
        Rpc.Dispose();
        await process.DisposeAsync();
    }
}
