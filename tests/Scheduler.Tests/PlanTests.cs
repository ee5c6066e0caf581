using Skale.Contracts;
using Skale.Scheduler.Api;
using Skale.Scheduler.Domain;
using Skale.Servers;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

/// <summary>What is planned is what happens, and planning changes nothing.</summary>
public sealed class PlanTests
{
    private const int SeedCount = 60;

    [Fact]
    public void the_first_step_of_a_plan_is_what_then_happens_and_planning_leaves_no_trace() => Seeds.ForEach(SeedCount, seed =>
    {
        var random = new Random(seed);
        var state = Deciding.Fold(NetworkPropertyTests.Live(seed).Take(random.Next(20, 200)).SelectMany(d => d.Events));
        var now = Start + TimeSpan.FromDays(1);
        var request = Request(state, random, seed);
        var chain = new ChainName($"new{seed}");
        var before = Spec.Text(state.Chains.Values.Select(c => c.ToString()).ToArray());

        var planned = Plan.Of(state, [new WhatIf.Asked(request), new WhatIf.NodeExit(new(1)), new WhatIf.Remove(chain)], now);

        Assert.Equal((state.Recorded, before), (planned.Position, Spec.Text(state.Chains.Values.Select(c => c.ToString()).ToArray())));
        var happened = Deciding.Run(state, request, now);
        Assert.Equal(happened.Select(Spec.Text), planned.Steps[0].Events.Take(happened.Count).Select(Spec.Text));
        Assert.Equal((true, false), (planned.Steps[0].Exact, planned.Steps[1].Exact));
    });

    /// <summary>Of every kind, about chains and nodes that there are.</summary>
    private static IRequest Request(Network state, Random random, int seed)
    {
        var chains = state.Chains.Values.Where(c => c.HasGroup).Select(c => c.Name.Value).Order().DefaultIfEmpty("none").ToArray();
        var chain = chains[random.Next(chains.Length)];
        return random.Next(5) switch
        {
            0 => Resize(chain, 8 << random.Next(4), key: "planned"),
            1 => Rotation(chain, key: "planned"),
            2 => Image(chain, "evm:7", key: "planned"),
            3 => Drain(random.Next(6), key: "planned"),
            _ => Asked($"new{seed}", random.Next(3) == 0 ? "own" : null, random.Next(0, 40), random.Next(1, 4), owner: "rich"),
        };
    }

    [Fact]
    public void an_event_between_plan_and_deed_moves_the_position_that_the_draw_is_seeded_with()
    {
        var state = Deciding.Decider.Initial();
        foreach (var input in (object[])[Started, Registered(1), Enrolled(1), Registered(2), Enrolled(2)])
        {
            Deciding.Run(state, input is IFact fact ? Numbered(fact, state.LastFact + 1) : input, Start);
        }

        var planned = Plan.Of(state, [new WhatIf.Asked(Asked("alpha"))], Start);
        Deciding.Run(state, new FactGapSeen(NetworkName, 1, Start), Start);
        var happened = Deciding.Run(state, Asked("alpha"), Start).OfType<GroupChosen>().Single();
        Assert.Equal(planned.Position + 1, planned.Steps[0].Events.OfType<ChainAdmitted>().Single().Position);
        Assert.NotEqual(planned.Steps[0].Events.OfType<GroupChosen>().Single().Evidence.Seed, happened.Evidence.Seed);
    }

    [Fact]
    public async Task over_http_a_plan_names_the_group_that_the_request_then_gets()
    {
        await using var scheduler = await RunningScheduler.Start();
        await scheduler.AddNodes(6);
        for (var i = 0; i < 5; i++)
        {
            var chain = new CreateChain($"chain{i}", "ann", Type: new(8, 3));
            var plan = Read(await scheduler.Send(HttpMethod.Post, "/v1/plan", new AskPlan([new("create", chain.Name, chain.Owner, Type: chain.Type)])));
            var step = plan.Steps.Single();
            Assert.Equal(("done", true), (step.Outcome, step.Exact));
            await scheduler.Send(HttpMethod.Post, "/v1/chains", chain, step.Key);
            Assert.Equal(step.Placed.Single().Group, (await scheduler.Get<ChainAnswer>($"/v1/chains/{chain.Name}")).Group.Select(m => m.Node));
            Assert.Equal(step.Reserved.Select(r => (r.Node, r.Slot)), (await scheduler.Get<ChainAnswer>($"/v1/chains/{chain.Name}")).Group.Select(m => (m.Node, m.Slot!.Value)));
        }
    }

    [Fact]
    public async Task a_scenario_is_answered_in_its_order()
    {
        await using var scheduler = await RunningScheduler.Start();
        await scheduler.AddNodes(1);
        var (big, type) = (new PlanStep("create", "big", "ann", Type: new(128, 2)), new ChainType(128, 1));
        var plan = Read(await scheduler.Send(HttpMethod.Post, "/v1/plan", new AskPlan(
            [big, new("nodeAdded", Node: 1, Owner: "eve", Machine: Sample.Machine), new("create", "more", "ann", Type: type), new("remove", "big"), new("create", "last", "ann", Type: type), new("create", "no", "poor", Type: type)])));
        Assert.Equal(["waits", "done", "waits", "done", "done", "refused"], plan.Steps.Select(s => s.Outcome));
        Assert.Contains("needs 2 nodes with 128 free slices", plan.Steps[0].Reason, StringComparison.Ordinal);
        Assert.Equal("big", plan.Steps[1].Placed.Single().Chain);
        Assert.Equal([("big", 128), ("big", 128)], plan.Steps[3].Released.Select(r => (r.Chain, r.Slices)));
        Assert.Equal("more", plan.Steps[3].Placed.Single().Chain);
        Assert.Equal("poor has 0 chains, and may have 0", plan.Steps[5].Reason);
        Assert.Contains($"behind position {plan.Position}", plan.ValidWhile, StringComparison.Ordinal);
        Assert.Empty((await scheduler.Get<Page<ChainAnswer>>("/v1/chains")).Items);
    }

    [Fact]
    public async Task what_is_asked_of_chains_and_nodes_that_run_is_answered_too()
    {
        await using var scheduler = await RunningScheduler.Start();
        await scheduler.AddNodes(3);
        await scheduler.Send(HttpMethod.Post, "/v1/chains", new CreateChain("alpha", "ann", Type: new(16, 2)));
        await scheduler.Obey("alpha");
        var group = (await scheduler.Get<ChainAnswer>("/v1/chains/alpha")).Group.Select(m => m.Node).ToArray();
        var free = new long[] { 0, 1, 2 }.Except(group).Single();

        var plan = Read(await scheduler.Send(HttpMethod.Post, "/v1/plan", new AskPlan(
        [
            new("resize", "alpha", Slices: 32), new("resize", "alpha", Slices: 200), new("rotate", "alpha", Node: group[0]), new("rotate", "alpha", Node: group[0]), new("image", "alpha", Image: "evm:2"),
            new("image", "alpha", Image: "two words"), new("drain", Node: group[1]), new("create", "big", "ann", Type: new(100, 2)), new("drain", Node: group[0]), new("drain", Node: group[0], Drain: false),
        ])));
        Assert.Equal(["done", "refused", "done", "refused", "done", "refused", "done", "waits", "waits", "done"], plan.Steps.Select(s => s.Outcome));
        Assert.Equal(group.Order().Select(n => new ResizedAnswer(n, "alpha", 16, 32)), plan.Steps[0].Resized.OrderBy(r => r.Node));
        Assert.Contains("it asks for 200 slices", plan.Steps[1].Reason, StringComparison.Ordinal);
        Assert.Equal([(group[0], free, "requested")], plan.Steps[2].Replaced.Select(r => (r.Node, r.By, r.Reason)));
        Assert.Equal([(free, 32)], plan.Steps[2].Reserved.Select(r => (r.Node, r.Slices)));
        Assert.Contains($"node {group[0]} is no member of chain 'alpha'", plan.Steps[3].Reason, StringComparison.Ordinal);
        Assert.Equal([new ImageAnswer(free, "alpha", "evm:2"), new ImageAnswer(group[1], "alpha", "evm:2")], plan.Steps[4].Images);
        Assert.Equal([(group[1], group[0], "nodeDrained")], plan.Steps[6].Replaced.Select(r => (r.Node, r.By, r.Reason)));
        Assert.Contains($"node {group[0]} still serves alpha", plan.Steps[8].Reason, StringComparison.Ordinal);
        Assert.Equal(group, (await scheduler.Get<ChainAnswer>("/v1/chains/alpha")).Group.Select(m => m.Node));
    }

    [Theory]
    [InlineData("""{"steps":[{"do":"resize","name":"a"}]}""", "A step lacks slices")]
    [InlineData("""{"steps":[{"do":"drain"}]}""", "Step 1 (drain) needs node")]
    [InlineData("""{"steps":[]}""", "The plan has 0 steps")]
    [InlineData("""{"steps":[{"do":"fly"}]}""", "Step 1 does 'fly'; there are: create, remove, resize, rotate, image, drain, nodeExit, nodeAdded")]
    [InlineData("""{"steps":[{"do":"nodeExit"}]}""", "Step 1 (nodeExit) needs node")]
    [InlineData("""{"steps":[{"do":"remove"}]}""", "A step lacks name")]
    [InlineData("""[]""", "The body is not as it must be")]
    public async Task a_plan_that_cannot_be_read_says_why(string body, string because)
    {
        await using var scheduler = await RunningScheduler.Start();
        var (status, problem, _) = await scheduler.Send(HttpMethod.Post, "/v1/plan", body);
        Assert.Equal(400, status);
        Assert.Contains(because, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private static PlanAnswer Read((int Status, System.Text.Json.JsonElement Body, HttpResponseMessage Answer) sent)
    {
        Assert.True(sent.Status == 200, $"{sent.Status}: {sent.Body}");
        return System.Text.Json.JsonSerializer.Deserialize<PlanAnswer>(sent.Body, Sent.Json)!;
    }
}
