using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Skale.Ethereum;

/// <summary>Tells a limit on the rate of requests from other errors. Providers agree neither on codes nor on words; the texts are their own.</summary>
internal static partial class RateLimit
{
    private const int LimitExceeded = -32005;

    private static readonly int[] Codes = [429, -32029, -32090];

    private static readonly string[] Words =
    [
        "rate limit", "rate-limit", "ratelimit", "request rate", "too many request", "request limit", "requests per", "request count", "per second", "/second", "/sec",
        "rps limit", "compute unit", "throughput", "throttl", "credits", "quota", "usage limit",
    ];

    /// <summary>What speaks of how much one query asks for, though it may mention requests too ("you can make eth_getLogs requests with up to a 10 block range").</summary>
    private static readonly string[] SizeWords = ["range", "results", "response size", "logs", "blocks", "timeout", "timed out"];

    internal enum Kind
    {
        Rate,

        /// <summary>"limit exceeded" and no word about which.</summary>
        Ambiguous,
    }

    /// <summary>Null when the error is something else.</summary>
    public static Kind? Of(RpcException e, HttpStatusCode status)
    {
        var (speaksOfRate, speaksOfSize) = (Mentions(e.Reason, Words), Mentions(e.Reason.Replace("eth_getLogs", "", StringComparison.OrdinalIgnoreCase), SizeWords));
        return status == HttpStatusCode.TooManyRequests || Codes.Contains(e.Code) || (speaksOfRate && !speaksOfSize) ? Kind.Rate
            : e.Code == LimitExceeded && !speaksOfRate && !speaksOfSize ? Kind.Ambiguous
            : null;
    }

    /// <summary>The wait that a JSON-RPC error names in its data, as Infura does; null when there is none.</summary>
    public static TimeSpan? WaitIn(JsonElement data) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty("rate", out var rate) && rate.ValueKind == JsonValueKind.Object
        && rate.TryGetProperty("backoff_seconds", out var wait) && wait.ValueKind == JsonValueKind.Number && wait.GetDouble() is >= 0 and < 1e6 and var seconds
            ? TimeSpan.FromSeconds(seconds)
            : null;

    /// <summary>The wait that the words name, as Ankr's do: "retry in 10s", "retry in 10m0s"; null when they name none.</summary>
    public static TimeSpan? WaitIn(string text) => RetryIn().Match(text) is { Success: true } match
        ? TimeSpan.FromMinutes(Number(match.Groups["m"])) + TimeSpan.FromSeconds(Number(match.Groups["s"]))
        : null;

    /// <summary>The wait of a Retry-After header: seconds, or a time.</summary>
    public static TimeSpan? WaitIn(RetryConditionHeaderValue? header, DateTimeOffset now) =>
        header?.Delta ?? (header?.Date is { } date ? date > now ? date - now : TimeSpan.Zero : null);

    private static int Number(Group group) => group.Success ? int.Parse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"retry in (?:(?<m>\d{1,4})m)?(?<s>\d{1,5})s", RegexOptions.IgnoreCase)]
    private static partial Regex RetryIn();

    private static bool Mentions(string text, string[] words) => words.Any(w => text.Contains(w, StringComparison.OrdinalIgnoreCase));
}
