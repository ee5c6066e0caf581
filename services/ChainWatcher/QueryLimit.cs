using System.Net;
using Skale.Ethereum;

namespace Skale.ChainWatcher;

/// <summary>Tells a window that is too large for the endpoint from other errors. Providers agree neither on codes nor on words.</summary>
internal static class QueryLimit
{
    private const int LimitExceeded = -32005;

    private static readonly string[] Words =
        ["block range", "range limit", "range is too", "range too", "too large", "too many", "more than", "maximum", "response size", "query timeout", "exceed"];

    private static readonly string[] RateWords = ["rate", "per second", "requests", "capacity", "credits"];

    public static bool IsExceeded(Exception e) => e switch
    {
        RpcException refused => !Mentions(refused.Reason, RateWords) && (refused.Code == LimitExceeded || Mentions(refused.Reason, Words)),
        RpcTransportException { Status: HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.GatewayTimeout } => true,
        _ => false,
    };

    private static bool Mentions(string text, string[] words) => words.Any(w => text.Contains(w, StringComparison.OrdinalIgnoreCase));
}
