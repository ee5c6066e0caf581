using Skale.ChainWatcher.Domain;
using Skale.Ethereum;

namespace Skale.ChainWatcher;

/// <summary>The chain an endpoint is on.</summary>
internal sealed record ChainIdentity(long ChainId, string GenesisHash);

/// <summary>What endpoints are called in messages and figures: paths and queries often hold access keys.</summary>
internal static class EndpointNames
{
    /// <summary>Host and port, and a number behind it where several have the same.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<Uri> addresses) =>
        [.. addresses.Select((a, at) => addresses.Take(at).Count(b => b.Authority == a.Authority) is > 0 and var before ? $"{a.Authority}#{before + 1}" : a.Authority)];
}

/// <summary>One Ethereum endpoint. What it is on is checked before it is used, and again after each time it did not answer.</summary>
internal sealed class Endpoint(string name, Uri address, JsonRpcClient rpc, ContractSet contracts) : IDisposable
{
    private ChainIdentity? identity;

    /// <summary>Host and port, and a number where several have the same: what may be shown of the address.</summary>
    public string Name { get; } = name;

    public Uri Address { get; } = address;

    public JsonRpcClient Rpc { get; } = rpc;

    /// <summary>Its newest block.</summary>
    /// <param name="expected">The chain it must be on; a member that is null accepts any.</param>
    /// <exception cref="WrongChainException">It is on another chain, or the contracts are not there.</exception>
    /// <exception cref="RpcTransportException">It did not answer.</exception>
    /// <exception cref="RpcException">It refused.</exception>
    public async Task<(ChainIdentity Identity, EndpointAnswer Answer)> Ask(long? chainId, string? genesisHash, CancellationToken cancellation)
    {
        try
        {
            var own = identity is { } known && (genesisHash ?? known.GenesisHash) == known.GenesisHash ? known : await Identify(genesisHash, chainId, cancellation);
            var (id, head) = await Rpc.Send(Eth.ChainId(), Eth.Block(BlockTag.Latest), cancellation);
            return id != own.ChainId || (chainId ?? id) != id ? throw WrongId(chainId ?? own.ChainId, id)
                : head is null ? throw new RpcTransportException(Rpc.Name, "it has no latest block")
                : (identity = own, new EndpointAnswer(head.Number, head.Time));
        }
        catch
        {
            identity = null;
            throw;
        }
    }

    public void Dispose() => Rpc.Dispose();

    private async Task<ChainIdentity> Identify(string? genesisHash, long? chainId, CancellationToken cancellation)
    {
        var (id, genesis) = await Rpc.Send(Eth.ChainId(), Eth.Block(BlockTag.Genesis), cancellation);
        if (chainId is { } expected && id != expected)
        {
            throw WrongId(expected, id);
        }

        if (genesisHash is { Length: > 0 } && genesis?.Hash != genesisHash)
        {
            throw new WrongChainException($"{Rpc.Name}: expected block 0 to be {genesisHash}, got {genesis?.Hash ?? "nothing"}, on chain id {id}. Check ChainWatcher:Rpc.");
        }

        var codes = await Rpc.Send([.. contracts.Addresses.Select(a => Eth.Code(a, BlockTag.Latest))], cancellation);
        string[] missing = [.. contracts.Addresses.Zip(codes).Where(p => p.Second.Length == 0).Select(p => $"{p.First} ({contracts.NameAt(p.First)})")];
        return missing.Length == 0
            ? new ChainIdentity(id, genesis?.Hash ?? "")
            : throw new WrongChainException(
                $"{Rpc.Name}: there is no contract at {string.Join(", ", missing)} on chain {id}. Check ChainWatcher:ContractAddress or ChainWatcher:Contracts.");
    }

    private WrongChainException WrongId(long expected, long actual) =>
        new($"{Rpc.Name}: expected chain id {expected}, got {actual}. Check ChainWatcher:Rpc and ChainWatcher:ChainId.");
}

/// <summary>The endpoint is not on the chain that is to be watched, or the contracts are not there.</summary>
public sealed class WrongChainException(string message) : Exception(message);

/// <summary>No endpoint can be used at the moment.</summary>
internal sealed class NoEndpointException(string message) : Exception(message);
