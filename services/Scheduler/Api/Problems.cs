using Skale.Scheduler.Domain;

namespace Skale.Scheduler.Api;

/// <summary>Errors as problem details (RFC 9457); <c>type</c> is <c>urn:skale:problem:NAME</c>.</summary>
internal static class Problems
{
    public static IResult BadRequest(string detail) => Of(400, "bad-request", "The request cannot be read", detail);

    public static IResult NotFound(string detail) => Of(404, "not-found", "There is no such thing", detail);

    public static IResult KeyReused(string key) => Of(
        422, "key-reused", "The key belongs to another request", $"Idempotency-Key '{key}' was sent before with another method, path, If-Match or body. Take a new key for a new request.");

    public static IResult NotActive(string? trouble) => Of(503, "not-active", "This instance does not write the log now", trouble ?? "The log is being opened.");

    public static IResult Unauthorized() => Of(401, "unauthorized", "The bearer token is missing or wrong", "Send 'Authorization: Bearer TOKEN' with the token of Scheduler:ApiToken.");

    public static IResult Forbidden() => Of(
        403, "no-token-set", "Only reading from this machine is allowed", "No Scheduler:ApiToken is set, so that only GET and POST /v1/plan are allowed, and only from the loopback address.");

    public static IResult Of(RequestRefused refusal) => refusal.Cause switch
    {
        RefusalCause.Invalid => Of(400, "invalid", "It can never be as asked for", refusal.Reason),
        RefusalCause.NotFound => NotFound(refusal.Reason),
        RefusalCause.Conflict => Of(409, "conflict", "It cannot be as things stand", refusal.Reason),
        RefusalCause.OverQuota => Of(403, "over-quota", "The owner's quota is too small", refusal.Reason),
        RefusalCause.Stale => Of(412, "stale", "It has changed since", refusal.Reason),
        _ => throw new System.Diagnostics.UnreachableException($"{refusal.Cause}"),
    };

    public static IResult Of(int status, string type, string title, string detail) =>
        Results.Problem(detail, statusCode: status, title: title, type: $"urn:skale:problem:{type}");
}
