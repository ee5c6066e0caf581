using System.ComponentModel;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Skale.EventStore;
using Skale.Hosting;
using Skale.Scheduler.Domain;
using Keyed = Microsoft.Extensions.DependencyInjection.FromKeyedServicesAttribute;
using Log = Skale.Hosting.LogService<Skale.Scheduler.Domain.Network>;

namespace Skale.Scheduler.Api;

/// <summary>POST /v1/nodes/{id}/token.</summary>
public sealed record MakeJoinToken(
    [property: Description("SHA-256 of the token in lower-case hex. Who asks makes the token: 32 random bytes at least.")] string TokenHash,
    [property: Description("1 to 604800 (a week).")] int ValidForSeconds);

/// <summary>POST /v1/join.</summary>
public sealed record JoinNode(
    long Node, string Token, [property: Description("Verifier key of the machine's own key: NAME+ID+KEY, as 'skale audit keygen' prints them.")] string IdentityKey);

/// <summary>What a machine needs to be the node.</summary>
public sealed record JoinAnswer(
    string Network, long Node,
    [property: Description("The scheduler's key: the agent follows nothing that is not signed with it. Null: orders are not signed.")] string? SchedulerKey,
    [property: Description("Address of the bus; null: it is given by hand.")] string? Bus);

/// <summary>Machines become nodes: an operator makes a token for a node, and the machine that has it joins with it, once.</summary>
public static class JoinApi
{
    public const string Path = "/v1/join";
    private const int LongestSeconds = 7 * 24 * 3600;

    internal static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/nodes/{id:long}/token", MakeToken).Accepts<MakeJoinToken>("application/json").ProducesProblem(404).ProducesProblem(412)
            .Changes("makeJoinToken", "Let a machine join as a node, once; an earlier token of the node is void");
        api.MapPost("/join", Join).Accepts<JoinNode>("application/json").Produces<JoinAnswer>().ProducesProblem(404).ProducesProblem(409)
            .Named("joinNode", "Join as a node, with its one-time token instead of a bearer token");
    }

    /// <summary>As a token is recorded.</summary>
    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private static async Task<IResult> MakeToken(long id, HttpContext http, [Keyed(SchedulerSetup.Name)] Log log, TimeProvider clock)
    {
        var sent = await Sent.Of(http);
        var body = sent.Read<MakeJoinToken>();
        if (body.ValidForSeconds is < 1 or > LongestSeconds || body.TokenHash.Length != 64 || !body.TokenHash.All(char.IsAsciiHexDigitLower))
        {
            throw new BadRequestException($"validForSeconds must be 1 to {LongestSeconds}, and tokenHash 64 lower-case hex digits.");
        }

        var now = clock.GetUtcNow();
        return await sent.Record(log, new JoinTokenRequested(sent.Id, sent.Digest, new(id), body.TokenHash, now + TimeSpan.FromSeconds(body.ValidForSeconds), sent.Version, now), http);
    }

    /// <summary>What is no token of the node is not even recorded: whoever reaches this port could fill the log.</summary>
    private static async Task<IResult> Join(HttpContext http, [Keyed(SchedulerSetup.Name)] Log log, MessageSigner signer, AgentKeys keys, IOptions<SchedulerOptions> options, TimeProvider clock)
    {
        var sent = await Sent.Of(http);
        var body = sent.Read<JoinNode>();
        RequireKey(body.IdentityKey);
        var hash = HashOf(body.Token);
        var (node, id) = (new Contracts.NodeId(body.Node), Sent.IdOf($"join/{hash}"));
        if (!await log.Read(n => n.Nodes.GetValueOrDefault(node)?.Join?.Hash == hash || (n.Requests.GetValueOrDefault(id)?.Input is NodeJoinRequested known && known.Node == node)))
        {
            return Problems.Of(401, "unauthorized", "The token is wrong", $"This is no token of node {body.Node}, or a newer one was made. The scheduler's operator makes one: skale node token {body.Node}");
        }

        await log.Submit(new Input(new NodeJoinRequested(id, sent.Digest, node, hash, body.IdentityKey, clock.GetUtcNow()), id));
        keys.Forget(node);
        var record = await log.Read(n => n.Requests[id]);
        return ((NodeJoinRequested)record.Input).IdentityKey != body.IdentityKey
            ? Problems.Of(409, "token-used", "The token is used up", $"Another machine has joined with this token at {record.RecordedAt:u}. If that was not you, make a new token at once, which lets yours in: skale node token {body.Node}")
            : record.Refusal is { } refusal ? Problems.Of(refusal)
            : Results.Json(new JoinAnswer(options.Value.Network, body.Node, signer.OrderKey is { } key ? $"{key}" : null, options.Value.AgentsBus), Sent.Json);
    }

    private static void RequireKey(string key)
    {
        try
        {
            VerifierKey.Parse(key, "identityKey");
        }
        catch (SealException e)
        {
            throw new BadRequestException(e.Message);
        }
    }
}
