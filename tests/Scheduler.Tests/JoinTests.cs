using Skale.EventStore;
using Skale.Scheduler.Api;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler.Tests;

/// <summary>Tokens with which machines join as nodes, over HTTP.</summary>
public sealed class JoinTests
{
    private const string Token = "a token of 32 random bytes";

    [Fact]
    public async Task a_token_lets_one_machine_in_once_and_hands_it_what_it_needs()
    {
        await using var scheduler = await RunningScheduler.Start();
        await scheduler.AddNodes(2);
        var (mine, other) = (NewKey(), NewKey());
        Assert.Equal(202, await Make(scheduler, 0));
        var (status, body, _) = await Join(scheduler, 0, mine);
        Assert.Equal(200, status);
        Assert.Equal((Sample.NetworkName, 0), (body.GetProperty("network").GetString(), body.GetProperty("node").GetInt64()));
        Assert.Equal(mine, await scheduler.Log.Read(n => n.Nodes[new(0)].IdentityKey));

        // The machine whose answer was lost asks again; another one is told that somebody was faster.
        Assert.Equal(200, (await Join(scheduler, 0, mine)).Status);
        var used = await Join(scheduler, 0, other);
        Assert.Equal(409, used.Status);
        Assert.Contains("Another machine has joined with this token", used.Body.GetProperty("detail").GetString());
        Assert.Equal(mine, await scheduler.Log.Read(n => n.Nodes[new(0)].IdentityKey));
    }

    [Fact]
    public async Task what_is_no_token_of_the_node_is_refused_and_not_recorded()
    {
        await using var scheduler = await RunningScheduler.Start();
        await scheduler.AddNodes(2);
        var key = NewKey();
        await Make(scheduler, 0);
        var before = await scheduler.Log.Read(n => n.Recorded);
        Assert.Equal(401, (await Join(scheduler, 1, key)).Status);
        Assert.Equal(401, (await Join(scheduler, 0, key, "guessed")).Status);
        Assert.Equal(400, (await Join(scheduler, 0, "no key")).Status);
        Assert.Equal(before, await scheduler.Log.Read(n => n.Recorded));
        Assert.Equal(401, (await scheduler.Send(HttpMethod.Post, "/v1/nodes/0/token", new MakeJoinToken(JoinApi.HashOf(Token), 60), token: null)).Status);
        Assert.Equal(404, await Make(scheduler, 9));
        Assert.Equal(400, await Make(scheduler, 0, seconds: 0));
    }

    [Fact]
    public void an_expired_token_and_a_replaced_one_are_named()
    {
        var network = Begun();
        Assert.Contains("has expired", Refusal(network, Sample.Joins(0, "one"), Sample.Start + TimeSpan.FromHours(1)));
        Deciding.Run(network, Sample.Token(0, "two"), Sample.Start);
        Assert.Contains("a newer one was made", Refusal(network, Sample.Joins(0, "one", key: "again "), Sample.Start));
    }

    private static string NewKey()
    {
        using var key = SealingKey.Create("example.org/node");
        return $"{key.Verifier}";
    }

    private static Network Begun()
    {
        var network = Deciding.Decider.Initial();
        Deciding.Run(network, Sample.Started, Sample.Start);
        Deciding.Run(network, Sample.Numbered(Sample.Registered(0), 1), Sample.Start);
        Deciding.Run(network, Sample.Token(0, "one"), Sample.Start);
        return network;
    }

    private static string Refusal(Network network, NodeJoinRequested input, DateTimeOffset now) =>
        Assert.Single(Deciding.Decider.Decide(network, input, now).OfType<RequestRefused>()).Reason;

    private static async Task<int> Make(RunningScheduler scheduler, long node, int seconds = 3600) =>
        (await scheduler.Send(HttpMethod.Post, $"/v1/nodes/{node}/token", new MakeJoinToken(JoinApi.HashOf(Token), seconds))).Status;

    private static Task<(int Status, System.Text.Json.JsonElement Body, HttpResponseMessage Answer)> Join(RunningScheduler scheduler, long node, string key, string secret = Token) =>
        scheduler.Send(HttpMethod.Post, JoinApi.Path, new JoinNode(node, secret, key), token: null);
}
