using System.Globalization;
using Skale.Ethereum;

namespace Skale.ChainWatcher;

/// <summary>How deep a block must be to be believed.</summary>
/// <param name="Text">As configured.</param>
/// <param name="Tag">The endpoint's own word for it.</param>
/// <param name="Depth">Blocks on top of it, counted from <paramref name="Tag"/>.</param>
internal sealed record FinalityPolicy(string Text, BlockTag Tag, long Depth)
{
    private const long MostDepth = 100_000;

    /// <summary>A new head is at once the block to scan up to.</summary>
    public bool IsLatest => Text == "latest";

    public static FinalityPolicy? TryParse(string text) => text switch
    {
        "finalized" => new(text, BlockTag.Finalized, 0),
        "safe" => new(text, BlockTag.Safe, 0),
        "latest" => new(text, BlockTag.Latest, 0),
        _ => text.StartsWith("depth:", StringComparison.Ordinal)
            && long.TryParse(text.AsSpan("depth:".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var depth) && depth is >= 1 and <= MostDepth
            ? new(text, BlockTag.Latest, depth)
            : null,
    };

    /// <summary>The last block to believe; null while there is none.</summary>
    public async Task<Block?> Target(JsonRpcClient rpc, CancellationToken cancellation)
    {
        if (Depth == 0)
        {
            return await rpc.Send(Eth.Block(Tag), cancellation);
        }

        var number = await rpc.Send(Eth.BlockNumber(), cancellation) - Depth;
        return number < 0 ? null : await rpc.Send(Eth.Block(BlockTag.Number(number)), cancellation);
    }
}
