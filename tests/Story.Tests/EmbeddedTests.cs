using Skale.Docker;
using Skale.Metrics.Api;
using Skale.Servers;
using Skale.Servers.Stack;

namespace Skale.Story.Tests;

/// <summary>The main job, embedded: everything in one process of <c>skale up</c>, which may be stopped or killed and started again.</summary>
public sealed class EmbeddedTests
{
    [Fact]
    public async Task a_simulation_says_so_on_every_screen()
    {
        await using var run = new EmbeddedRun(simulate: true);
        await run.Start();
        await run.WaitForPhase("active");

        Assert.Contains("SIMULATED: no containers are run.", run.Process.Output);
        Assert.Contains("Simulated: no containers are run.", await run.Page());
        Assert.True((await run.Get<StatusAnswer>("api/status")).Simulated);
        foreach (var command in (string[][])[["status"], ["nodes"], ["chains"], ["events"], ["history", "beta"], ["history", "0"]])
        {
            Assert.Contains("SIMULATED: no containers are run.", await SkaleCommand.Output([.. command, "--url", run.Address.ToString()]));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task killed_while_it_buys_it_resumes_and_buys_nothing_twice(int seed)
    {
        var random = new Random(seed);
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        await using var run = new EmbeddedRun(simulate: true);
        for (var round = 0; round < 3; round++)
        {
            await run.Start();
            await Wait.For(TimeSpan.FromMilliseconds(random.Next(250)), "the moment at which skale up is killed");
            await run.Process.Kill();
        }

        await run.Start();
        await run.WaitForPhase("active");

        foreach (var (chain, members) in EmbeddedRun.Chains)
        {
            var entries = await run.HistoryOf(chain);
            Assert.All((string[])["chain_bought", "group_chosen", "creation_completed"], type => Assert.Single(entries, e => e.Type == type));
            Assert.Equal((chain, members), (chain, History.Orders(entries)));
        }

        Assert.Equal(EmbeddedRun.Nodes, (await run.Get<NodeAnswer[]>("api/nodes")).Length);
    }

    [Fact]
    public async Task stopped_and_started_again_it_adopts_its_containers_and_in_the_end_leaves_none()
    {
        await using var run = new EmbeddedRun(simulate: false);
        await run.Start();
        await run.WaitForPhase("active");
        var before = await Containers(run);
        Assert.Equal(EmbeddedRun.Chains.Values.Sum(), before.Length);
        var enrolled = await Enrolments(run);

        await run.Process.Terminate(Wait.Patience);
        Assert.Equal(0, run.Process.ExitCode);
        Assert.Equal(before, await Containers(run));
        await run.Start();
        await run.Until("every agent to enrol again", async () => await Enrolments(run) >= enrolled + EmbeddedRun.Nodes);
        await run.WaitForPhase("active");

        Assert.Equal(before, await Containers(run));
        foreach (var chain in EmbeddedRun.Chains.Keys)
        {
            await run.Delete(chain);
        }

        await run.WaitForPhase("removed");
        using var engine = new DockerEngine();
        var labels = new Dictionary<string, string> { ["skale.network"] = run.Network };
        Assert.Empty(await engine.Containers.List(labels));
        Assert.Empty(await engine.Networks.List(labels));
        Assert.Empty(await engine.Volumes.List(labels));
        Assert.Empty(await DockerCleanUp.TablesOf(run.Network));
    }

    [Fact]
    public async Task once_plays_the_story_and_keeps_its_logs_where_it_is_told()
    {
        var folder = Repository.NewFolder("once");
        try
        {
            string[] once = ["up", "--once", "--simulate", "--keep", folder];
            Assert.Contains("The story is right.", await SkaleCommand.Output(once));
            var logs = Directory.GetDirectories(Path.Combine(folder, "logs")).Select(Path.GetFileName).Order();
            Assert.Equal(["chainwatcher", "node-0", "node-1", "node-2", "node-3", "scheduler"], logs);

            var (code, output) = await SkaleCommand.Run(once);
            Assert.Equal(2, code);
            Assert.Contains("the folder is not empty", output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Ids of all running containers of the network.</summary>
    private static async Task<string[]> Containers(EmbeddedRun run)
    {
        using var engine = new DockerEngine();
        var listed = await engine.Containers.List(new Dictionary<string, string> { ["skale.network"] = run.Network });
        return [.. listed.Where(c => c.State == "running").Select(c => c.Id).Order()];
    }

    private static async Task<int> Enrolments(EmbeddedRun run) => (await run.Get<EventAnswer[]>("api/events?after=0&limit=1000")).Count(e => e.Type == "node_enrolled");
}
