using System.Diagnostics;
using Skale.EventStore;
using Skale.Hosting;
using Skale.Scheduler;
using Skale.Servers;
using Skale.Servers.Stack;

namespace Skale.Story.Tests;

/// <summary>Two schedulers of one network: what the active one leaves undone the standby does, and nothing twice.</summary>
public sealed class StandbyTests(StackFixture fixture) : IAsyncLifetime
{
    private const int LogLost = 4;
    private SmallStack small = null!;
    private ServiceProcess second = null!;

    private ServiceProcess First => small.Stack.Scheduler;

    public async ValueTask InitializeAsync()
    {
        small = await SmallStack.Start(fixture);
        second = new ServiceProcess("Scheduler", new Dictionary<string, string>
        {
            ["Bus__RabbitMq"] = small.Stack.BusAddress,
            ["Store__Postgres"] = small.Stack.Database.Service,
            ["Scheduler__Network"] = small.Stack.Network,
        });
        second.Start();
        await IsStandby(second, behind: First);
    }

    [Fact]
    public async Task a_standby_takes_over_in_the_middle_of_work_when_the_active_is_killed()
    {
        Assert.Contains("skale_log_active{log=\"scheduler\"} 1", await First.GetText("/metrics"));
        Assert.Contains("skale_log_active{log=\"scheduler\"} 0", await second.GetText("/metrics"));
        Assert.Equal("Healthy", await second.GetText("/health/live"));
        string[] chains = [.. Enumerable.Range(0, 12).Select(i => $"chain-{i}")];
        var buying = Task.Run(() => Buy(chains));
        await small.WaitFor("work to be under way", async () => (await small.Get<Metrics.Api.ChainAnswer[]>("api/chains")).Length >= 3);

        var clock = Stopwatch.StartNew();
        await First.Kill();
        await IsActive(second);
        var active = clock.Elapsed;
        await buying;
        clock.Restart();
        await small.Buy("after", SmallStack.FourSlices);
        await small.WaitFor("an order for what was bought after", async () => await small.Chain("after") is { Group.Count: 1 });
        TestContext.Current.SendDiagnosticMessage($"The standby was ready {active.TotalSeconds:0.00} s after SIGKILL; a chain bought then was placed {clock.Elapsed.TotalSeconds:0.00} s after its purchase began.");

        First.Start();
        await IsStandby(First, behind: second);
        await AllIsDoneOnce([.. chains, "after"], activations: 2);
    }

    [Fact]
    public async Task an_active_that_stood_still_finds_itself_fenced_and_ends()
    {
        await Buy(["early"]);
        await small.WaitForPhase("early", "active");
        var clock = Stopwatch.StartNew();
        await First.Signal("STOP");
        await IsActive(second);
        TestContext.Current.SendDiagnosticMessage($"The standby was ready {clock.Elapsed.TotalSeconds:0.00} s after SIGSTOP.");
        await Buy(["meanwhile"]);
        await First.Signal("CONT");
        await First.WaitForExit(Wait.Patience);

        Assert.Equal(LogLost, First.ExitCode);
        Assert.Contains("is fenced by a newer one", First.Output);
        First.Start();
        await IsStandby(First, behind: second);
        await AllIsDoneOnce(["early", "meanwhile"], activations: 2);
    }

    [Fact]
    public async Task an_operator_can_hand_the_log_over_and_see_who_has_it()
    {
        Assert.Contains("standby", await SkaleCommand.Output("store", "takeover", "--log", "scheduler", "--postgres", small.Stack.Database.Service));
        await First.WaitForExit(Wait.Patience);
        Assert.Equal(LogLost, First.ExitCode);
        await IsActive(second);
        First.Start();
        await IsStandby(First, behind: second);
        await Buy(["after"]);
        await AllIsDoneOnce(["after"], activations: 2);
    }

    public async ValueTask DisposeAsync()
    {
        await second.DisposeAsync();
        await small.DisposeAsync();
    }

    private async Task Buy(string[] chains)
    {
        foreach (var chain in chains)
        {
            await small.Buy(chain, SmallStack.FourSlices);
        }
    }

    private static Task IsActive(ServiceProcess scheduler) => Wait.Until(
        "the standby to be active", async () => (await scheduler.Health()).Contains("\"status\":\"Healthy\"", StringComparison.Ordinal) && (await scheduler.GetText("/metrics")).Contains("skale_log_active{log=\"scheduler\"} 1", StringComparison.Ordinal), Wait.Patience);

    private static Task IsStandby(ServiceProcess scheduler, ServiceProcess behind) => Wait.Until(
        $"process {scheduler.Id} to stand by",
        async () => (await scheduler.Health()).Contains($"scheduler: standby: Log 'scheduler' is written by process {behind.Id} on ", StringComparison.Ordinal),
        Wait.Patience);

    /// <summary>Every chain runs, each step of it was decided once, and all that was decided is what the rules decide of the same inputs.</summary>
    private async Task AllIsDoneOnce(string[] chains, int activations)
    {
        foreach (var chain in chains)
        {
            await small.WaitForPhase(chain, "active");
        }

        await using var log = await PostgresLog.OpenReader(small.Stack.Database.Service, SchedulerSetup.Name);
        var stored = await log.ReadAll().ToListAsync();
        Assert.Equal(activations, stored.Count(e => e.Type == "scheduler_started"));
        Assert.All(chains, chain => Assert.All(
            (string[])["chain_bought", "group_chosen", "subnode_ordered", "creation_completed"],
            type => Assert.True(stored.Count(e => e.Stream == $"chain-{chain}" && e.Type == type) == 1, $"{type}: not once for {chain}")));
        Assert.Equal(Enumerable.Range(1, stored.Count).Select(n => (long)n), stored.Select(e => e.Position));
        Assert.Null((await Replay.Run(SchedulerSetup.Definition, log)).Difference);
    }
}
