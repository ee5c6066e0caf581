using System.Text.Json;
using Skale.Scheduler.Api;
using Skale.Servers;

namespace Skale.Scheduler.Tests;

/// <summary>The API over HTTP, as operators and their tools use it.</summary>
public sealed class ApiTests
{
    private static readonly CreateChain Alpha = new("alpha", "ann", Type: new(16, 2));

    [Fact]
    public async Task a_chain_is_created_followed_and_removed()
    {
        await using var scheduler = await RunningScheduler.Start();
        await scheduler.AddNodes(3);
        var (status, body, answer) = await scheduler.Send(HttpMethod.Post, "/v1/chains", Alpha, "k1");
        Assert.Equal((202, "/v1/chains/alpha"), (status, body.GetProperty("subject").GetString()));
        var operation = answer.Headers.Location!.ToString();
        Assert.Equal(("running", "createChain"), await Operation(scheduler, operation));

        await scheduler.Obey("alpha");
        Assert.Equal(("succeeded", "createChain"), await Operation(scheduler, operation));
        var chain = await scheduler.Get<ChainAnswer>("/v1/chains/alpha");
        Assert.Equal(("active", "api", 2, "ann"), (chain.Phase, chain.Source, chain.Group.Count, chain.Owner));

        var (removed, _, follow) = await scheduler.Send(HttpMethod.Delete, "/v1/chains/alpha", ifMatch: $"\"{chain.Version}\"");
        Assert.Equal(202, removed);
        Assert.Equal(("running", "removeChain"), await Operation(scheduler, follow.Headers.Location!.ToString()));
        await scheduler.Obey("alpha");
        Assert.Equal(("succeeded", "removeChain"), await Operation(scheduler, follow.Headers.Location!.ToString()));
        Assert.Equal(("ended", "createChain"), await Operation(scheduler, operation));
        Assert.All((await scheduler.Get<Page<NodeAnswer>>("/v1/nodes")).Items, n => Assert.Equal(128, n.Free));
    }

    [Fact]
    public async Task the_same_key_gets_the_same_answer_after_a_restart_too_and_another_request_none()
    {
        var folder = Repository.NewFolder("scheduler");
        try
        {
            string first;
            await using (var scheduler = await RunningScheduler.Start(folder))
            {
                var both = await Task.WhenAll(scheduler.Send(HttpMethod.Post, "/v1/chains", Alpha, "k1"), scheduler.Send(HttpMethod.Post, "/v1/chains", Alpha, "k1"));
                Assert.Equal(both[0].Body.ToString(), both[1].Body.ToString());
                first = both[0].Body.ToString();
            }

            await using var again = await RunningScheduler.Start(folder);
            Assert.Equal((202, first), await again.Send(HttpMethod.Post, "/v1/chains", Alpha, "k1") is var (status, body, _) ? (status, body.ToString()) : default);
            await Fails(again, 422, "key-reused", HttpMethod.Post, "/v1/chains", Alpha with { Owner = "bob" }, "k1");
            await Fails(again, 409, "conflict", HttpMethod.Post, "/v1/chains", Alpha, "k2");
            await Fails(again, 409, "conflict", HttpMethod.Post, "/v1/chains", Alpha, "k2");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task versions_guard_against_lost_updates_and_needless_answers()
    {
        await using var scheduler = await RunningScheduler.Start();
        await scheduler.AddNodes(2);
        await scheduler.Send(HttpMethod.Post, "/v1/chains", Alpha);
        var tag = (await scheduler.Send(HttpMethod.Get, "/v1/chains/alpha")).Answer.Headers.ETag!.Tag;
        Assert.Equal(304, (await scheduler.Send(HttpMethod.Get, "/v1/chains/alpha", ifNoneMatch: tag)).Status);
        await scheduler.Obey("alpha");
        Assert.Equal(200, (await scheduler.Send(HttpMethod.Get, "/v1/chains/alpha", ifNoneMatch: tag)).Status);
        await Fails(scheduler, 412, "stale", HttpMethod.Delete, "/v1/chains/alpha", ifMatch: tag);
        await Fails(scheduler, 400, "bad-request", HttpMethod.Delete, "/v1/chains/alpha", ifMatch: "17");
        Assert.Equal("active", (await scheduler.Get<ChainAnswer>("/v1/chains/alpha")).Phase);
    }

    [Fact]
    public async Task every_refusal_is_a_problem_with_its_reason()
    {
        await using var scheduler = await RunningScheduler.Start();
        await scheduler.AddNodes(1);
        await scheduler.Tell(Sample.Numbered(Sample.Bought("bought", 1, 1, 0), 2));
        var post = HttpMethod.Post;
        Assert.Contains("poor has 0 chains, and may have 0", await Fails(scheduler, 403, "over-quota", post, "/v1/chains", Alpha with { Owner = "poor" }));
        Assert.Contains("there is no profile 'none'; there are: appchain, brief, enterprise, hub, test", await Fails(scheduler, 400, "invalid", post, "/v1/chains", Alpha with { Profile = "none", Type = null }));
        Assert.Contains("exactly one of profile and type", await Fails(scheduler, 400, "bad-request", post, "/v1/chains", Alpha with { Profile = "brief" }));
        Assert.Contains("The body is not as it must be", await Fails(scheduler, 400, "bad-request", post, "/v1/chains", """{"name":"a","owner":"b","colour":"red"}"""));
        Assert.Contains("owner is empty", await Fails(scheduler, 400, "bad-request", post, "/v1/chains", Alpha with { Owner = " " }));
        Assert.Contains("Idempotency-Key must be", await Fails(scheduler, 400, "bad-request", post, "/v1/chains", Alpha, new string('k', 129)));
        Assert.Contains("only the contract can delete it", await Fails(scheduler, 409, "conflict", HttpMethod.Delete, "/v1/chains/bought"));
        await Fails(scheduler, 404, "not-found", HttpMethod.Delete, "/v1/chains/none");
        await Fails(scheduler, 404, "not-found", HttpMethod.Get, "/v1/chains/none");
        await Fails(scheduler, 404, "not-found", HttpMethod.Get, "/v1/nodes/7");
        await Fails(scheduler, 404, "not-found", HttpMethod.Get, $"/v1/operations/{Guid.NewGuid()}");
        await Fails(scheduler, 404, "not-found", post, "/v1/nodes/7/maintenance", new SetMaintenance(true));
        Assert.Contains("limit is 0", await Fails(scheduler, 400, "bad-request", HttpMethod.Get, "/v1/chains?limit=0"));
    }

    [Fact]
    public async Task a_node_is_kept_from_new_chains_and_lists_go_on_where_they_ended()
    {
        await using var scheduler = await RunningScheduler.Start();
        await scheduler.AddNodes(3);
        Assert.Equal(202, (await scheduler.Send(HttpMethod.Post, "/v1/nodes/1/maintenance", new SetMaintenance(true))).Status);
        Assert.True((await scheduler.Get<NodeAnswer>("/v1/nodes/1")).Held);
        await scheduler.Send(HttpMethod.Post, "/v1/chains", Alpha);
        Assert.Equal([0, 2], (await scheduler.Get<ChainAnswer>("/v1/chains/alpha")).Group.Select(m => m.Node).Order());

        var page = await scheduler.Get<Page<NodeAnswer>>("/v1/nodes?limit=2");
        Assert.Equal(([0, 1], "1"), (page.Items.Select(n => n.Id).ToArray(), page.Next), EqualityComparer<(long[], string?)>.Create((a, b) => a.Item1.SequenceEqual(b.Item1) && a.Item2 == b.Item2));
        var rest = await scheduler.Get<Page<NodeAnswer>>("/v1/nodes?limit=2&after=1");
        Assert.Equal((2, null), (rest.Items.Single().Id, rest.Next));
    }

    [Fact]
    public async Task without_the_token_nothing_is_answered_and_without_one_set_nothing_is_changed()
    {
        await using (var scheduler = await RunningScheduler.Start())
        {
            await Fails(scheduler, 401, "unauthorized", HttpMethod.Get, "/v1/chains", token: null);
            await Fails(scheduler, 401, "unauthorized", HttpMethod.Post, "/v1/chains", Alpha, token: "a token for test");
        }

        await using var open = await RunningScheduler.Start(token: null);
        Assert.Equal(200, (await open.Send(HttpMethod.Get, "/v1/chains", token: null)).Status);
        Assert.Equal(200, (await open.Send(HttpMethod.Post, "/v1/plan", new AskPlan([new("remove", "alpha")]), token: null)).Status);
        await Fails(open, 403, "no-token-set", HttpMethod.Post, "/v1/chains", Alpha, token: null);
        await Fails(open, 403, "no-token-set", HttpMethod.Delete, "/v1/chains/alpha", token: null);
    }

    [Fact]
    public async Task a_standby_says_who_writes()
    {
        await using var active = await RunningScheduler.Start();
        await using var standby = await RunningScheduler.Start(active.Folder, standby: true);
        await Wait.Until("the standby to see who writes", () => standby.Log.Trouble?.StartsWith("standby", StringComparison.Ordinal) ?? false, Wait.Patience);
        var detail = await Fails(standby, 503, "not-active", HttpMethod.Post, "/v1/chains", Alpha);
        Assert.Contains($"{Environment.ProcessId}", detail);
    }

    [Fact]
    public async Task the_document_is_the_checked_in_one()
    {
        await using var scheduler = await RunningScheduler.Start();
        var (status, document, _) = await scheduler.Send(HttpMethod.Get, "/openapi/v1.json", token: null);
        var (file, present) = (Repository.Path("docs", "scheduler-openapi.json"), JsonSerializer.Serialize(document, Indented) + "\n");
        if (Environment.GetEnvironmentVariable("SKALE_UPDATE") == "1")
        {
            File.WriteAllText(file, present);
        }

        Assert.Equal(200, status);
        Assert.Equal(File.ReadAllText(file), present);
    }

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static async Task<(string Status, string Kind)> Operation(RunningScheduler scheduler, string path) =>
        await scheduler.Get<OperationAnswer>(path) is var o ? (o.Status, o.Kind) : default;

    /// <summary>The detail of the problem.</summary>
    private static async Task<string> Fails(
        RunningScheduler scheduler, int status, string type, HttpMethod method, string path, object? body = null, string? key = null, string? ifMatch = null, string? token = RunningScheduler.Token)
    {
        var (actual, problem, answer) = await scheduler.Send(method, path, body, key, ifMatch, token: token);
        Assert.Equal((status, "application/problem+json"), (actual, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal($"urn:skale:problem:{type}", problem.GetProperty("type").GetString());
        return problem.GetProperty("detail").GetString()!;
    }
}
