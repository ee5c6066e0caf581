using Skale.Scheduler.Api;

namespace Skale.Scheduler.Tests;

/// <summary>What operators ask of chains and nodes that run, over HTTP, each followed to its end.</summary>
public sealed class OperatorApiTests
{
    private static readonly CreateChain Alpha = new("alpha", "ann", Type: new(16, 2));

    [Fact]
    public async Task a_chain_is_resized_while_it_runs_and_what_has_no_room_is_refused_with_the_figures()
    {
        await using var scheduler = await With(Alpha);
        var resize = await Ask(scheduler, "/v1/chains/alpha/resize", new ResizeChain(4));
        Assert.Equal(("running", "resizeChain"), await Operation(scheduler, resize));
        Assert.Equal("active", (await scheduler.Get<ChainAnswer>("/v1/chains/alpha")).Phase);
        await scheduler.Obey("alpha");
        Assert.Equal(("succeeded", "resizeChain"), await Operation(scheduler, resize));

        await scheduler.Send(HttpMethod.Post, "/v1/chains", new CreateChain("big", "ann", Type: new(100, 3)));
        var (status, body, _) = await scheduler.Send(HttpMethod.Post, "/v1/chains/alpha/resize", new ResizeChain(64));
        Assert.Equal(409, status);
        Assert.Contains("has 24 free beside the chain's 4", body.GetProperty("detail").GetString());
        Assert.Equal(400, (await scheduler.Send(HttpMethod.Post, "/v1/chains/alpha/resize", new ResizeChain(129))).Status);
        Assert.Equal(404, (await scheduler.Send(HttpMethod.Post, "/v1/chains/none/resize", new ResizeChain(1))).Status);
    }

    [Fact]
    public async Task a_member_is_rotated_out()
    {
        await using var scheduler = await With(Alpha);
        var chain = await scheduler.Get<ChainAnswer>("/v1/chains/alpha");
        var rotation = await Ask(scheduler, "/v1/chains/alpha/rotate", new RotateChain(chain.Group[0].Node));
        Assert.Equal(("running", "rotateChain"), await Operation(scheduler, rotation));
        await scheduler.Obey("alpha");
        Assert.Equal(("succeeded", "rotateChain"), await Operation(scheduler, rotation));
        Assert.DoesNotContain(chain.Group[0].Node, (await scheduler.Get<ChainAnswer>("/v1/chains/alpha")).Group.Select(m => m.Node));

        Assert.Equal(412, (await scheduler.Send(HttpMethod.Post, "/v1/chains/alpha/rotate", ifMatch: $"\"{chain.Version}\"")).Status);
        Assert.Equal(409, (await scheduler.Send(HttpMethod.Post, "/v1/chains/alpha/rotate", new RotateChain(9))).Status);
        Assert.Equal(404, (await scheduler.Send(HttpMethod.Post, "/v1/chains/none/rotate")).Status);
        Assert.Equal(202, (await scheduler.Send(HttpMethod.Post, "/v1/chains/alpha/rotate")).Status);
    }

    [Fact]
    public async Task a_node_is_drained_until_nothing_is_on_it_and_given_back()
    {
        await using var scheduler = await With(Alpha);
        var left = (await scheduler.Get<ChainAnswer>("/v1/chains/alpha")).Group[0].Node;
        var drain = await Ask(scheduler, $"/v1/nodes/{left}/drain", new SetDrain(true));
        Assert.Equal(("running", "setDrain"), await Operation(scheduler, drain));
        await scheduler.Obey("alpha");
        await scheduler.Obey("alpha");
        Assert.Equal(("succeeded", "setDrain"), await Operation(scheduler, drain));
        var node = await scheduler.Get<NodeAnswer>($"/v1/nodes/{left}");
        Assert.Equal((true, 128), (node.Draining, node.Free));

        Assert.Equal(("succeeded", "setDrain"), await Operation(scheduler, await Ask(scheduler, $"/v1/nodes/{left}/drain", new SetDrain(false))));
        Assert.Equal(("ended", "setDrain"), await Operation(scheduler, drain));
        Assert.Equal(404, (await scheduler.Send(HttpMethod.Post, "/v1/nodes/9/drain", new SetDrain(true))).Status);
    }

    [Fact]
    public async Task a_chain_gets_another_image_one_member_after_the_other()
    {
        await using var scheduler = await With(Alpha);
        var before = await scheduler.Get<ChainAnswer>("/v1/chains/alpha");
        var change = await Ask(scheduler, "/v1/chains/alpha/image", new ChangeImage("evm:2"));
        Assert.Equal(("running", "changeImage"), await Operation(scheduler, change));
        Assert.Contains("0 of 2 members serve with 'evm:2'", (await scheduler.Get<OperationAnswer>(change)).Reason, StringComparison.Ordinal);
        var during = await scheduler.Get<ChainAnswer>("/v1/chains/alpha");
        Assert.Equal((["evm:2", "evm:1"], new ImageChangeAnswer("evm:1", "evm:2", null), "evm:1"), (during.Group.Select(m => m.Image).ToArray(), during.ImageChange, during.Image),
            EqualityComparer<(string?[], ImageChangeAnswer?, string?)>.Create((a, b) => a.Item1.SequenceEqual(b.Item1) && (a.Item2, a.Item3) == (b.Item2, b.Item3)));
        await scheduler.Obey("alpha");
        await scheduler.Obey("alpha");
        Assert.Equal(("succeeded", "changeImage"), await Operation(scheduler, change));
        var after = await scheduler.Get<ChainAnswer>("/v1/chains/alpha");
        Assert.Equal(("evm:2", null, "active"), (after.Image, after.ImageChange, after.Phase));

        Assert.Equal(412, (await scheduler.Send(HttpMethod.Post, "/v1/chains/alpha/image", new ChangeImage("evm:3"), ifMatch: $"\"{before.Version}\"")).Status);
        Assert.Equal(400, (await scheduler.Send(HttpMethod.Post, "/v1/chains/alpha/image", new ChangeImage("two words"))).Status);
        Assert.Equal(404, (await scheduler.Send(HttpMethod.Post, "/v1/chains/none/image", new ChangeImage("evm:3"))).Status);
    }

    private static async Task<RunningScheduler> With(CreateChain chain)
    {
        var scheduler = await RunningScheduler.Start();
        await scheduler.AddNodes(3);
        await scheduler.Send(HttpMethod.Post, "/v1/chains", chain);
        await scheduler.Obey(chain.Name);
        return scheduler;
    }

    private static async Task<string> Ask(RunningScheduler scheduler, string path, object body)
    {
        var (status, answer, response) = await scheduler.Send(HttpMethod.Post, path, body);
        Assert.True(status == 202, $"{path}: {status} {answer}");
        return response.Headers.Location!.ToString();
    }

    private static async Task<(string Status, string Kind)> Operation(RunningScheduler scheduler, string location) =>
        await scheduler.Get<OperationAnswer>(location) is var o ? (o.Status, o.Kind) : default;
}
