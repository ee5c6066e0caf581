namespace Skale.EventStore.Tests;

public sealed class PostgresContractTests(PostgresFixture postgres) : EventLogContract
{
    private protected override async Task<LogPlace> NewPlace() => await postgres.NewPlace();
}
