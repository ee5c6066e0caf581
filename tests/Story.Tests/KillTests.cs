using Skale.Metrics.Api;
using Skale.Servers.Stack;

namespace Skale.Story.Tests;

/// <summary>Any one process is killed with SIGKILL in the middle and restarted: the story still finishes, nothing is done twice, nothing is lost.</summary>
public sealed class KillTests(StackFixture fixture)
{
    private const int SixteenSlicesOnFour = 4;
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    [Theory]
    [InlineData("ChainWatcher")]
    [InlineData("Scheduler")]
    [InlineData("NodeAgent")]
    [InlineData("Metrics")]
    public async Task what_happens_while_a_process_is_dead_is_done_once_when_it_is_back(string service)
    {
        var (before, during) = ($"before-{service}", $"during-{service}");
        var victim = fixture.Stack.Services.First(s => s.Service == service);
        await fixture.Stack.Manager.CreateChain(before, SixteenSlicesOnFour, Lifetime);
        await fixture.WaitForPhase(before, "active");
        var containers = (await Engine.Holds(fixture.Stack, before)).Containers.Select(c => c.Id).Order().ToArray();

        await victim.Kill();
        await fixture.Stack.Manager.CreateChain(during, SixteenSlicesOnFour, Lifetime);
        victim.Start();
        await victim.WaitUntilReady();

        await fixture.WaitForPhase(during, "active");
        Assert.Equal(containers, (await Engine.Holds(fixture.Stack, before)).Containers.Select(c => c.Id).Order());
        await Remove(before, during);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task processes_killed_at_random_moments_lose_and_double_nothing(int seed)
    {
        var random = new Random(seed);
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        string[] chains = [.. Enumerable.Range(0, 3).Select(i => $"random-{seed}-{i}")];
        var story = Task.Run(async () =>
        {
            foreach (var chain in chains)
            {
                await fixture.Stack.Manager.CreateChain(chain, SixteenSlicesOnFour, Lifetime);
            }
        });
        for (var round = 0; round < 4; round++)
        {
            var victim = fixture.Stack.Services.ElementAt(random.Next(fixture.Stack.Services.Count()));
            await Skale.Servers.Wait.For(TimeSpan.FromMilliseconds(random.Next(800)), "the moment at which a process is killed");
            await victim.Kill();
            victim.Start();
        }

        await story;
        foreach (var chain in chains)
        {
            await fixture.WaitForPhase(chain, "active");
            Assert.Equal(StackFixture.Nodes, (await Engine.Holds(fixture.Stack, chain)).Containers.Count);
        }

        await Remove(chains);
    }

    private async Task Remove(params string[] chains)
    {
        foreach (var chain in chains)
        {
            await fixture.Stack.Manager.DeleteChain(chain);
        }

        foreach (var chain in chains)
        {
            await fixture.WaitForPhase(chain, "removed");
            Assert.Equal(0, (await Engine.Holds(fixture.Stack, chain)).Count);
            await History.IsWhole(fixture, chain, StackFixture.Nodes);
        }

        var used = (await fixture.Get<NodeAnswer[]>("api/nodes")).SelectMany(n => n.Reservations).Select(r => r.Chain);
        Assert.DoesNotContain(used, chains.Contains);
    }
}
