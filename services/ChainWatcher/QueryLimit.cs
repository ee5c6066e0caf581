using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Skale.ChainWatcher.Domain;
using Skale.Ethereum;

namespace Skale.ChainWatcher;

/// <summary>Tells a window that is too large for the endpoint from other errors, and reads what the endpoint would bear. Providers agree neither on codes nor on words.</summary>
internal static partial class QueryLimit
{
    private const int LimitExceeded = -32005;

    private static readonly string[] Words =
    [
        "range limit", "range is", "range too", "range exceeds", "block range", "blocks range", "exceeds limit of", "limited to", "max range", "maximum", "at most", "ranges over",
        "blocks distance", "block span", "too large", "too many", "too big", "too wide", "more than", "max results", "response size", "query timeout", "timed out", "exceed",
    ];

    /// <summary>What the refusal of a query over these blocks says about their number; null when it was refused for another reason.</summary>
    public static WindowRefusal? Of(Exception e, long from, long to) => e switch
    {
        RateLimitException { IsAmbiguous: true } => new WindowRefusal(null, null),
        RpcException refused when refused.Code == LimitExceeded || Words.Any(w => refused.Reason.Contains(w, StringComparison.OrdinalIgnoreCase)) => Read(refused.Reason, from, to),
        RpcTransportException { Status: HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.GatewayTimeout } => new WindowRefusal(null, null),
        _ => null,
    };

    /// <summary>Only what is smaller than what was asked for is a way out; the rest of the text is the provider's to word.</summary>
    private static WindowRefusal Read(string reason, long from, long to)
    {
        var suggested = HexRange().Match(reason) is { Success: true } range && Hex(range.Groups["to"]) - Hex(range.Groups["from"]) + 1 is >= 1 and var blocks && blocks <= to - from
            ? blocks
            : (long?)null;
        var most = Most().Match(reason) is { Success: true } limit && Number(limit) is >= 1 and var limited && limited <= to - from ? limited : (long?)null;
        return new WindowRefusal(suggested, most);
    }

    private static long Hex(Group group) => long.TryParse(group.ValueSpan, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static long Number(Match match) =>
        long.TryParse(match.Groups["n"].Value.Replace(",", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number * (match.Groups["k"].Success ? 1000 : 1)
            : 0;

    [GeneratedRegex(@"\[0x(?<from>[0-9a-f]{1,15}),\s*0x(?<to>[0-9a-f]{1,15})\]", RegexOptions.IgnoreCase)]
    private static partial Regex HexRange();

    /// <summary>A number beside the word that says it counts blocks of a range, not results.</summary>
    [GeneratedRegex(
        @"(?:up to an? |limited to an? |ranges over |at most |(?<!larger than max |, )block range (?:limit )?(?:of |is )|range limit (?:of |is )?|exceeds (?:the )?limit (?:of )?|max range: |max(?:imum)? block range\W+(?:of |is )?|maximum is set to |\(maximum )(?<n>\d[\d,]{0,12})(?<k>k\b)?(?! results| logs)",
        RegexOptions.IgnoreCase)]
    private static partial Regex Most();
}
