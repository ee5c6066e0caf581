using Skale.EventStore;
using Skale.Servers;
using Skale.Servers.Stack;

namespace Skale.Bench;

/// <summary>What is measured: the distributed system as in production, with four nodes on this machine's Docker Engine.</summary>
internal sealed class World : IAsyncDisposable
{
    public const int Nodes = 4;

    private readonly StackServers servers;

    private World(StackServers servers, SkaleStack stack) => (this.servers, Stack) = (servers, stack);

    public SkaleStack Stack { get; }

    /// <summary>Returns when every service is ready and every agent has enrolled.</summary>
    public static async Task<World> Start()
    {
        await using (var docker = await DockerServer.Open())
        {
            await TestImages.Evm(docker.Engine);
        }

        var servers = await StackServers.Start();
        var world = new World(servers, await SkaleStack.Create(
            servers, Nodes, (owner, log) => PostgresSchema.Migrate(owner, log, PostgresServer.ServiceRole, PostgresServer.ReaderRole)));
        try
        {
            await world.Stack.Start();
            await Wait.Until(
                "all agents to enrol", async () => (await world.Stack.Metrics.Get("/api/status")).GetProperty("counts").GetProperty("agents").GetInt32() == Nodes,
                TimeSpan.FromSeconds(60));
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Stack.DisposeAsync();
        await servers.DisposeAsync();
    }
}
