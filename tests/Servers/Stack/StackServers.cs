namespace Skale.Servers.Stack;

/// <summary>The servers that stacks share: starting them takes longer than a test.</summary>
public sealed class StackServers : IAsyncDisposable
{
    private StackServers(PostgresServer postgres, RabbitMqServer rabbit) => (Postgres, Rabbit) = (postgres, rabbit);

    public PostgresServer Postgres { get; }

    public RabbitMqServer Rabbit { get; }

    public static async Task<StackServers> Start()
    {
        var rabbit = RabbitMqServer.Start();
        return new StackServers(await PostgresServer.Start(), await rabbit);
    }

    public async ValueTask DisposeAsync()
    {
        await Postgres.DisposeAsync();
        await Rabbit.DisposeAsync();
    }
}
