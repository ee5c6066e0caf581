using Skale.Ethereum;

namespace Skale.ChainWatcher;

/// <summary>An endpoint in use: checked to be on the right chain and to know the contracts.</summary>
internal sealed class Endpoint : IAsyncDisposable
{
    private Endpoint(Uri address, JsonRpcClient rpc, long chainId, string genesisHash, HeadSignal heads) =>
        (Address, Rpc, ChainId, GenesisHash, Heads) = (address, rpc, chainId, genesisHash, heads);

    public Uri Address { get; }

    public JsonRpcClient Rpc { get; }

    public long ChainId { get; }

    public string GenesisHash { get; }

    public HeadSignal Heads { get; }

    /// <summary>The first of the endpoints that answers and is the right one.</summary>
    /// <param name="expected">The chain id it must have; null accepts any.</param>
    /// <exception cref="WrongChainException">All answer, and none is on that chain with these contracts.</exception>
    /// <exception cref="NoEndpointException">Some do not answer, and none of the others is the right one.</exception>
    public static async Task<Endpoint> Connect(
        IReadOnlyList<Uri> addresses, long? expected, ContractSet contracts, TimeProvider clock, ILogger logger, CancellationToken cancellation)
    {
        var silent = new List<string>();
        var wrong = new List<string>();
        foreach (var address in addresses)
        {
            var rpc = new JsonRpcClient(address);
            try
            {
                var (chainId, genesis) = await rpc.Send(Eth.ChainId(), Eth.Block(BlockTag.Genesis), cancellation);
                if (expected is { } id && chainId != id)
                {
                    wrong.Add($"{rpc.Name}: expected chain id {id}, got {chainId}. Check ChainWatcher:Rpc and ChainWatcher:ChainId.");
                }
                else if (await WithoutCode(rpc, contracts, cancellation) is { Length: > 0 } missing)
                {
                    wrong.Add($"{rpc.Name}: there is no contract at {string.Join(", ", missing)} on chain {chainId}. Check ChainWatcher:ContractAddress or ChainWatcher:Contracts.");
                }
                else
                {
                    return new Endpoint(address, rpc, chainId, genesis?.Hash ?? "", new HeadSignal(address, clock, logger));
                }
            }
            catch (Exception e) when (e is RpcTransportException or RpcException)
            {
                silent.Add(e.Message);
            }

            rpc.Dispose();
        }

        throw silent.Count == 0 ? new WrongChainException(string.Join(" ", wrong)) : new NoEndpointException(string.Join("; ", [.. silent, .. wrong]));
    }

    public async ValueTask DisposeAsync()
    {
        await Heads.DisposeAsync();
        Rpc.Dispose();
    }

    private static async Task<string[]> WithoutCode(JsonRpcClient rpc, ContractSet contracts, CancellationToken cancellation)
    {
        var codes = await rpc.Send([.. contracts.Addresses.Select(a => Eth.Code(a, BlockTag.Latest))], cancellation);
        return [.. contracts.Addresses.Zip(codes).Where(p => p.Second.Length == 0).Select(p => $"{p.First} ({contracts.NameAt(p.First)})")];
    }
}

/// <summary>The endpoint is not on the chain that is to be watched, or the contracts are not there.</summary>
public sealed class WrongChainException(string message) : Exception(message);

/// <summary>No endpoint can be used at the moment.</summary>
internal sealed class NoEndpointException(string message) : Exception(message);
