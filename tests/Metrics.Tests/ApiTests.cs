using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Skale.Servers;

namespace Skale.Metrics.Tests;

public sealed class ApiTests
{
    [Fact]
    public async Task status_tells_network_position_block_stages_and_counts()
    {
        await using var metrics = await RunningMetrics.Start();
        await metrics.Record(s => s.Nodes(3).Buy("alpha", 32, 2, 0, 1).Start("alpha", 0, 1));

        var status = await metrics.Get("/api/status");
        Assert.Equal(ScriptedScheduler.Network, status.GetProperty("network").GetString());
        Assert.Equal((104, 4), (status.GetProperty("fact").GetProperty("block").GetInt64(), status.GetProperty("fact").GetProperty("number").GetInt64()));
        Assert.Equal(["facts", "publishing", "nodes", "projection"], status.GetProperty("stages").EnumerateArray().Select(s => s.GetProperty("name").GetString()));
        var counts = status.GetProperty("counts");
        Assert.Equal((3, 1, 2), (Count("nodes", "active"), Count("chains", "active"), Count("subnodes", "running")));
        Assert.Equal((64, 384), (counts.GetProperty("slicesUsed").GetInt32(), counts.GetProperty("slicesTotal").GetInt32()));
        Assert.False(status.GetProperty("simulated").GetBoolean());
        Assert.Empty(status.GetProperty("troubles").EnumerateArray());

        int Count(string of, string state) => counts.GetProperty(of).GetProperty(state).GetInt32();
    }

    [Fact]
    public async Task nodes_and_chains_are_listed_and_found_by_name()
    {
        await using var metrics = await RunningMetrics.Start();
        await metrics.Record(s => s.Nodes(2).Buy("alpha", 32, 2, 1, 0).Start("alpha", 0));

        Assert.Equal(2, (await metrics.Get("/api/nodes")).GetArrayLength());
        var node = await metrics.Get("/api/nodes/0");
        Assert.Equal(("""[{"slot":0,"chain":"alpha","slices":32,"condition":"running"}]""", 96), (node.GetProperty("reservations").GetRawText(), node.GetProperty("free").GetInt32()));
        Assert.Equal(1, (await metrics.Get("/api/chains")).GetArrayLength());
        var chain = await metrics.Get("/api/chains/alpha");
        Assert.Equal(("creating", "contract"), (chain.GetProperty("phase").GetString(), chain.GetProperty("placedBy").GetString()));
        Assert.Equal([(1, "starting"), (0, "running")], chain.GetProperty("group").EnumerateArray().Select(m => (m.GetProperty("node").GetInt32(), m.GetProperty("condition").GetString()!)));
    }

    [Fact]
    public async Task an_unknown_name_is_a_problem_that_says_what_there_is()
    {
        await using var metrics = await RunningMetrics.Start();
        await metrics.Record(s => s.Nodes(1).Buy("alpha", 32, 1));

        foreach (var (path, says) in new[]
        {
            ("/api/chains/omega", "There is no chain 'omega'. There are: alpha."), ("/api/history/chain/omega", "There is no chain 'omega'. There are: alpha."),
            ("/api/nodes/7", "There is no node '7'. There are: 0."), ("/api/nodes/x", "There is no node 'x'. There are: 0."), ("/api/history/node/7", "There is no node '7'. There are: 0."),
        })
        {
            using var answer = await metrics.Http.GetAsync(path);
            Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
            Assert.Equal(says, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString());
        }
    }

    [Fact]
    public async Task a_history_gives_sentences_causes_and_data()
    {
        await using var metrics = await RunningMetrics.Start();
        await metrics.Record(s => s.Nodes(40).Buy("alpha", 32, 1, 39).Start("alpha", 39));

        var chain = (await metrics.Get("/api/history/chain/alpha")).GetProperty("entries").EnumerateArray().ToArray();
        Assert.Equal(["chain_bought", "contract_group_differs", "group_chosen", "subnode_ordered", "subnode_started", "creation_completed"], chain.Select(e => e.GetProperty("type").GetString()));
        Assert.Equal("chose node 39 for alpha, as the contract names them, and reserved 32 slices of it; computed again: differs", chain[2].GetProperty("sentence").GetString());
        Assert.Equal(chain[0].GetProperty("position").GetInt64(), chain[2].GetProperty("cause").GetProperty("position").GetInt64());
        Assert.Equal(32, chain[2].GetProperty("data").GetProperty("Slices").GetInt32());
        var node = (await metrics.Get("/api/history/node/39")).GetProperty("entries").EnumerateArray().ToArray();
        Assert.Equal("node_registered", node[0].GetProperty("type").GetString());
        Assert.Equal(7, node.Length);
    }

    [Fact]
    public async Task events_are_paged_by_position_and_are_the_latest_when_none_is_given()
    {
        await using var metrics = await RunningMetrics.Start();
        await metrics.Record(s => s.Nodes(5));

        Assert.Equal((long[])[3, 4], Positions(await metrics.Get("/api/events?after=2&limit=2")));
        Assert.Equal((long[])[15, 16], Positions(await metrics.Get("/api/events?limit=2")));
        Assert.Empty(Positions(await metrics.Get("/api/events?after=16")));
        using var bad = await metrics.Http.GetAsync("/api/events?limit=0");
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
    }

    [Fact]
    public async Task before_the_log_exists_status_says_so_and_afterwards_everything_is_there()
    {
        await using var metrics = await RunningMetrics.Start(withJournal: false);

        Assert.Contains("not being followed", (await metrics.Get("/api/status")).GetProperty("troubles")[0].GetString(), StringComparison.Ordinal);
        using (var events = await metrics.Http.GetAsync("/api/events?after=0"))
        using (var ready = await metrics.Http.GetAsync("/health/ready"))
        using (var live = await metrics.Http.GetAsync("/health/live"))
        {
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (events.StatusCode, ready.StatusCode, live.StatusCode));
        }

        metrics.OpenJournal();
        await metrics.Record(s => s.Nodes(1));
        await Wait.Until("ready", async () => (await metrics.Http.GetAsync("/health/ready")).IsSuccessStatusCode, Wait.Patience);
    }

    [Fact]
    public async Task the_projection_goes_on_when_the_writer_starts_again()
    {
        await using var metrics = await RunningMetrics.Start();
        await metrics.Record(s => s.Nodes(1));
        await metrics.CloseJournal();
        metrics.OpenJournal();
        await metrics.Record(s => s.Register(1));

        Assert.Equal(2, (await metrics.Get("/api/nodes")).GetArrayLength());
    }

    private static long[] Positions(JsonElement events) => [.. events.EnumerateArray().Select(e => e.GetProperty("position").GetInt64())];
}
