namespace Skale.EventStore.Tests;

public sealed class JournalContractTests : EventLogContract
{
    private protected override Task<LogPlace> NewPlace() => Task.FromResult<LogPlace>(new JournalPlace());
}
