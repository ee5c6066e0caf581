using System.Net.Http.Json;
using Skale.EventStore;
using Skale.Metrics.Api;
using Skale.Servers;
using Skale.Servers.Stack;

[assembly: AssemblyFixture(typeof(Skale.Story.Tests.StackFixture))]
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Skale.Story.Tests;

/// <summary>One distributed system for all tests of this assembly: they kill and restart its parts, so they run one after the other.</summary>
public sealed class StackFixture : IAsyncLifetime
{
    public const int Nodes = 4;
    private readonly HttpClient http = new();
    private StackServers? servers;
    private SkaleStack? stack;

    public SkaleStack Stack => stack!;

    public async ValueTask InitializeAsync()
    {
        var engine = await DockerServer.Open();
        await TestImages.Evm(engine.Engine);
        await engine.DisposeAsync();
        servers = await StackServers.Start();
        stack = await NewStack(Nodes);
        await stack.Start();
        await WaitFor("all agents to enrol", async () => (await Get<StatusAnswer>("api/status")).Counts.Agents == Nodes);
    }

    /// <summary>Another network beside the shared one.</summary>
    public Task<SkaleStack> NewStack(int nodes, Func<string, Dictionary<string, string>, Dictionary<string, string>>? change = null) => SkaleStack.Create(
        servers!, nodes, (owner, log) => PostgresSchema.Migrate(owner, log, PostgresServer.ServiceRole, PostgresServer.ReaderRole), change);

    public Task<T> Get<T>(string path) => Get<T>(Stack, path);

    public async Task<T> Get<T>(SkaleStack of, string path) => (await http.GetFromJsonAsync<T>(new Uri(of.Metrics.Address, path)))!;

    public async Task<ChainAnswer?> Chain(string name) => (await Get<ChainAnswer[]>("api/chains")).FirstOrDefault(c => c.Name == name);

    public Task WaitForPhase(string chain, string phase) => WaitFor($"chain {chain} to be {phase}", async () => (await Chain(chain))?.Phase == phase);

    public Task WaitFor(string what, Func<Task<bool>> condition) => WaitFor(Stack, what, condition);

    public static async Task WaitFor(SkaleStack of, string what, Func<Task<bool>> condition)
    {
        try
        {
            await Wait.Until(what, condition, Wait.Patience);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{string.Join('\n', of.Services.Select(s => $"--- {s.Service} (exited: {s.HasExited})\n{s.Output}"))}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (stack is not null)
        {
            await stack.DisposeAsync();
        }

        if (servers is not null)
        {
            await servers.DisposeAsync();
        }
    }
}
