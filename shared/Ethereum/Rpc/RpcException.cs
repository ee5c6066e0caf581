using System.Net;

namespace Skale.Ethereum;

/// <summary>The node understood and refused: a JSON-RPC error. Asking another node may or may not help; asking again the same way will not.</summary>
/// <param name="method">The method that was called.</param>
/// <param name="code">The JSON-RPC error code; 3 is a reverted call.</param>
/// <param name="reason">The node's own words, with the revert reason where there is one.</param>
/// <param name="data">The error's data, 0x-hex of what the contract reverted with; null when there is none.</param>
/// <param name="retryAfter">How long the node asks to wait; null when it does not say.</param>
public sealed class RpcException(string method, int code, string reason, string? data = null, TimeSpan? retryAfter = null) : Exception($"{method}: {reason} (code {code})")
{
    public string Method { get; } = method;

    public int Code { get; } = code;

    public string Reason { get; } = reason;

    public string? RevertData { get; } = data;

    public TimeSpan? RetryAfter { get; } = retryAfter;
}

/// <summary>No usable answer: no connection, time-out, an HTTP error, or an answer that is not JSON-RPC. Another endpoint, or the same one later, may help.</summary>
/// <param name="endpoint">Host and port; never the path or query, which often hold an access key.</param>
/// <param name="reason">What went wrong.</param>
/// <param name="status">The HTTP status when there was one; 429 asks for fewer requests.</param>
public class RpcTransportException(string endpoint, string reason, HttpStatusCode? status = null, Exception? inner = null) : Exception($"{endpoint}: {reason}", inner)
{
    public string Endpoint { get; } = endpoint;

    public HttpStatusCode? Status { get; } = status;
}

/// <summary>The endpoint wants fewer requests: the same one may be sent again after a while. Asking for less in one request does not help.</summary>
/// <param name="endpoint">Host and port.</param>
/// <param name="reason">The endpoint's own words.</param>
/// <param name="retryAfter">How long it asks to wait; null when it does not say.</param>
/// <param name="isAmbiguous">It said no more than that a limit is exceeded: when waiting does not help, the request may have asked for too much after all.</param>
public sealed class RateLimitException(string endpoint, string reason, TimeSpan? retryAfter, bool isAmbiguous, HttpStatusCode? status = null, Exception? inner = null)
    : RpcTransportException(endpoint, $"too many requests: {reason}", status, inner)
{
    public TimeSpan? RetryAfter { get; } = retryAfter;

    public bool IsAmbiguous { get; } = isAmbiguous;
}
