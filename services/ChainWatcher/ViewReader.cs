using Skale.ChainWatcher.Domain;
using Skale.Ethereum;

namespace Skale.ChainWatcher;

/// <summary>One view function to call, with its arguments, at the end of a block.</summary>
internal sealed record ViewCall(BlockRef At, string Address, AbiFunction Function, AbiValue[] Arguments);

/// <summary>What a view function returned; without values, why not.</summary>
/// <param name="Values">Null when there is no answer.</param>
/// <param name="Reverted">The contract itself refused, or has no such function: an answer, not a fault of the endpoint.</param>
/// <param name="Fault">The endpoint's words; null when there are values.</param>
internal readonly record struct ViewAnswer(AbiFields? Values, bool Reverted, string? Fault);

/// <summary>
/// Calls view functions at a block by its hash (EIP-1898), so that a reorganisation cannot go unnoticed. Of an endpoint that does not take hashes it asks by number,
/// and makes sure afterwards that the number still means the same block.
/// </summary>
internal sealed class ViewReader(JsonRpcClient rpc)
{
    /// <summary>Nethermind's and OpenEthereum's code of a failed execution; Geth's is 3.</summary>
    private const int ExecutionFailed = -32015;
    private const int Reverted = 3;
    private bool byNumberOnly;
    private bool byHashSeen;

    /// <summary>Answers in the order of the calls.</summary>
    /// <exception cref="InconsistentAnswerException">A block was replaced meanwhile.</exception>
    /// <exception cref="RpcTransportException">There was no usable answer.</exception>
    public async Task<IReadOnlyList<ViewAnswer>> Ask(IReadOnlyList<ViewCall> calls, CancellationToken cancellation)
    {
        if (calls.Count == 0)
        {
            return [];
        }

        var answers = byNumberOnly ? new ViewAnswer[calls.Count] : await ByHash(calls, cancellation);
        int[] open = [.. Enumerable.Range(0, calls.Count).Where(at => answers[at] is { Values: null, Reverted: false })];
        if (open.Length == 0)
        {
            return answers;
        }

        var again = await Send([.. open.Select(at => calls[at])], call => BlockTag.Number(call.At.Number), cancellation);
        if (again.Any(a => a.Values is not null || a.Reverted))
        {
            byNumberOnly = byNumberOnly || open.Length == calls.Count;
            await StillThere([.. open.Select(at => calls[at].At).Distinct()], cancellation);
        }

        for (var at = 0; at < open.Length; at++)
        {
            answers[open[at]] = again[at];
        }

        return answers;
    }

    /// <summary>An endpoint that stumbles over the form of the question is asked in the other.</summary>
    private async Task<ViewAnswer[]> ByHash(IReadOnlyList<ViewCall> calls, CancellationToken cancellation)
    {
        try
        {
            var answers = await Send(calls, call => BlockTag.Hash(call.At.Hash), cancellation);
            byHashSeen = byHashSeen || answers.Any(a => a.Values is not null);
            return answers;
        }
        catch (RpcTransportException e) when (!byHashSeen && (e.Status is { } status ? (int)status is 400 or 422 or 500 or 501 : e.InnerException is HttpRequestException))
        {
            return new ViewAnswer[calls.Count];
        }
    }

    private async Task<ViewAnswer[]> Send(IReadOnlyList<ViewCall> calls, Func<ViewCall, BlockTag> tag, CancellationToken cancellation)
    {
        var outcomes = await rpc.Try([.. calls.Select(call => Eth.Call(call.Address, call.Function.Encode(call.Arguments), tag(call)))], cancellation);
        return [.. outcomes.Select((outcome, at) => Read(calls[at].Function, outcome))];
    }

    private static ViewAnswer Read(AbiFunction function, RpcOutcome<byte[]> outcome)
    {
        if (outcome.Error is { } error)
        {
            return new ViewAnswer(null, error.Code is Reverted or ExecutionFailed || error.Reason.Contains("revert", StringComparison.OrdinalIgnoreCase), error.Reason);
        }

        try
        {
            return new ViewAnswer(function.DecodeResult(outcome.Value), false, null);
        }
        catch (AbiException e)
        {
            return new ViewAnswer(null, Reverted: true, e.Message);
        }
    }

    private async Task StillThere(BlockRef[] blocks, CancellationToken cancellation)
    {
        var headers = await rpc.Send([.. blocks.Select(b => Eth.Block(BlockTag.Number(b.Number)))], cancellation);
        foreach (var (block, header) in blocks.Zip(headers))
        {
            if (header?.Hash != block.Hash)
            {
                throw new InconsistentAnswerException(rpc.Name, $"block {block.Number} was {block.Hash} and then {header?.Hash ?? "gone"}");
            }
        }
    }
}
