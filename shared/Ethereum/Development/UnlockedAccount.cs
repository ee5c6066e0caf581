using System.Numerics;

namespace Skale.Ethereum.Development;

/// <summary>An account that a development node signs for.</summary>
public sealed record UnlockedAccount(JsonRpcClient Rpc, string Address)
{
    private const int RevertCode = 3;
    private static readonly TimeSpan MiningLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>The node's first account.</summary>
    /// <exception cref="InvalidOperationException">The node signs for nobody: it is not a development node.</exception>
    public static async Task<UnlockedAccount> First(JsonRpcClient rpc, CancellationToken cancellation = default) =>
        (await rpc.Send(Eth.Accounts(), cancellation)) is [var first, ..]
            ? new UnlockedAccount(rpc, first)
            : throw new InvalidOperationException($"{rpc.Name} has no unlocked account: it is not a development node.");

    /// <summary>Sends a transaction and waits until it is mined.</summary>
    /// <param name="to">Null deploys <paramref name="data"/> as a contract.</param>
    /// <param name="data">Call data or bytecode.</param>
    /// <param name="value">Wei to send along.</param>
    /// <exception cref="RpcException">It was refused or reverted; the message has the contract's reason.</exception>
    /// <exception cref="TimeoutException">Not mined within 60 s.</exception>
    public async Task<Receipt> Send(string? to, byte[] data, BigInteger? value = null, CancellationToken cancellation = default)
    {
        var hash = await Rpc.Send(Eth.SendTransaction(Address, to, data, value), cancellation);
        for (var waited = TimeSpan.Zero; waited < MiningLimit; waited += PollInterval)
        {
            if (await Rpc.Send(Eth.Receipt(hash), cancellation) is { } receipt)
            {
                return receipt.Succeeded ? receipt : throw await Reverted(receipt, to, data, cancellation);
            }

            await Task.Delay(PollInterval, cancellation);
        }

        throw new TimeoutException($"Transaction {hash} was not mined within {MiningLimit.TotalSeconds:0} s.");
    }

    /// <summary>A mined revert has no reason in its receipt: the same call on the block before usually tells it.</summary>
    private async Task<RpcException> Reverted(Receipt receipt, string? to, byte[] data, CancellationToken cancellation)
    {
        try
        {
            if (to is not null)
            {
                await Rpc.Send(Eth.Call(to, data, BlockTag.Number(receipt.BlockNumber - 1), Address), cancellation);
            }
        }
        catch (RpcException e)
        {
            return e;
        }

        return new RpcException("eth_sendTransaction", RevertCode, $"transaction {receipt.TransactionHash} was mined in block {receipt.BlockNumber} but reverted");
    }
}
