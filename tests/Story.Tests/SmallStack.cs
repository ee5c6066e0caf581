using RabbitMQ.Client;
using Skale.Metrics.Api;
using Skale.Servers.Stack;

namespace Skale.Story.Tests;

/// <summary>A stack of one node beside the shared one, for settings of its own.</summary>
internal sealed class SmallStack : IAsyncDisposable
{
    /// <summary>A chain type of one node: 4 slices of it.</summary>
    public const int FourSlices = 1;

    /// <summary>A chain type of one node: all its slices.</summary>
    public const int WholeNode = 5;

    private readonly StackFixture fixture;

    private SmallStack(StackFixture fixture, SkaleStack stack) => (this.fixture, Stack) = (fixture, stack);

    public SkaleStack Stack { get; }

    public static Task<SmallStack> Start(StackFixture fixture, string service, params (string Name, string Value)[] settings) => Start(fixture, (of, environment) =>
    {
        foreach (var (name, value) in of == service ? settings : [])
        {
            environment[name] = value;
        }

        return environment;
    });

    /// <param name="fixture">Whose servers it uses.</param>
    /// <param name="change">Changes the settings of a service.</param>
    /// <param name="first">What happens before its services are started.</param>
    public static async Task<SmallStack> Start(
        StackFixture fixture, Func<string, Dictionary<string, string>, Dictionary<string, string>>? change = null, Func<SkaleStack, Task>? first = null)
    {
        var small = new SmallStack(fixture, await fixture.NewStack(1, change));
        try
        {
            await (first?.Invoke(small.Stack) ?? Task.CompletedTask);
            foreach (var service in small.Stack.Services.Where(s => s.HasExited))
            {
                service.Start();
            }

            await small.WaitFor("the agent to enrol", async () => (await fixture.Get<StatusAnswer>(small.Stack, "api/status")).Counts.Agents == 1);
            return small;
        }
        catch
        {
            await small.DisposeAsync();
            throw;
        }
    }

    public Task Buy(string chain, int type) => Stack.Manager.CreateChain(chain, type, TimeSpan.FromDays(30));

    public Task<T> Get<T>(string path) => fixture.Get<T>(Stack, path);

    public async Task<ChainAnswer?> Chain(string name) => (await Get<ChainAnswer[]>("api/chains")).FirstOrDefault(c => c.Name == name);

    public Task WaitForPhase(string chain, string phase) => WaitFor($"chain {chain} to be {phase}", async () => (await Chain(chain))?.Phase == phase);

    /// <summary>Waits for the only member of a chain to fail; gives the reason.</summary>
    public async Task<string> WaitForFailure(string chain)
    {
        await WaitFor($"the member of {chain} to fail", async () => (await Chain(chain))?.Group is [{ Condition: "failing" }]);
        return (await Chain(chain))!.Group[0].Reason ?? "";
    }

    public Task WaitFor(string what, Func<Task<bool>> condition) => StackFixture.WaitFor(Stack, what, condition);

    /// <summary>How many messages are in the scheduler's error queue.</summary>
    public async Task<uint> Refused()
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(Stack.BusAddress) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        return await channel.MessageCountAsync("scheduler_error");
    }

    public ValueTask DisposeAsync() => Stack.DisposeAsync();
}
