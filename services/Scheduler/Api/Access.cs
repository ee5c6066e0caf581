using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Skale.Hosting;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler.Api;

/// <summary>Who may ask, and whether this instance can answer: in front of everything under <c>/v1</c>. A machine that joins has a token of its own, which <see cref="JoinApi"/> looks at.</summary>
internal sealed class Access([FromKeyedServices(SchedulerSetup.Name)] LogService<Network> log, IOptions<SchedulerOptions> options) : IEndpointFilter
{
    private const string Scheme = "Bearer ";
    private readonly byte[]? token = options.Value.ApiToken is { Length: > 0 } text ? SHA256.HashData(Encoding.UTF8.GetBytes(text)) : null;

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (Refusal(http) is { } refusal)
        {
            return refusal;
        }

        if (!log.Active.IsCompletedSuccessfully)
        {
            http.Response.Headers.RetryAfter = "1";
            return Problems.NotActive(log.Trouble);
        }

        try
        {
            return await next(context);
        }
        catch (LogEndedException e)
        {
            return Problems.NotActive($"{e.Message} Whether the request was recorded is not known: send it again with the same Idempotency-Key.");
        }
    }

    private IResult? Refusal(HttpContext http)
    {
        if (http.Request.Path == JoinApi.Path)
        {
            return null;
        }

        if (token is null)
        {
            var reads = HttpMethods.IsGet(http.Request.Method) || http.Request.Path == SchedulerApi.PlanPath;
            return reads && http.Connection.RemoteIpAddress is { } from && IPAddress.IsLoopback(from) ? null : Problems.Forbidden();
        }

        var sent = http.Request.Headers.Authorization.ToString();
        if (sent.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(sent[Scheme.Length..].Trim())), token))
        {
            return null;
        }

        http.Response.Headers.WWWAuthenticate = "Bearer";
        return Problems.Unauthorized();
    }
}
