using Skale.EventStore.Tests;
using Skale.Servers;

[assembly: AssemblyFixture(typeof(PostgresFixture))]

namespace Skale.EventStore.Tests;

/// <summary>One PostgreSQL for the whole assembly; one database for each test.</summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    public PostgresServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await PostgresServer.Start();

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    internal async Task<PostgresPlace> NewPlace()
    {
        var database = await Server.NewDatabase();
        await PostgresSchema.Migrate(database.Owner, PostgresPlace.Log, PostgresServer.ServiceRole, PostgresServer.ReaderRole);
        return new PostgresPlace(database.Service, database);
    }
}
