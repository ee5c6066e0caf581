using Skale.EventStore.Tests;
using Skale.Servers;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace Skale.EventStore.Tests;

/// <summary>One PostgreSQL with one database for the whole assembly; one log, and so one schema, for each test.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private int logs;

    public PostgresServer Server { get; private set; } = null!;

    public PostgresDatabase Database { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await PostgresServer.Start();
        Database = await Server.NewDatabase();
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    /// <summary>A log name nobody has used yet.</summary>
    internal string NewName() => $"log-{Interlocked.Increment(ref logs)}";

    internal async Task<PostgresPlace> NewPlace()
    {
        var place = new PostgresPlace(NewName(), Database.Service);
        await PostgresSchema.Migrate(Database.Owner, place.Log, PostgresServer.ServiceRole, PostgresServer.ReaderRole);
        return place;
    }
}
