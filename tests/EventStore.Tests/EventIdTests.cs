namespace Skale.EventStore.Tests;

public sealed class EventIdTests
{
    private static readonly Guid Cause = new("00112233-4455-6677-8899-aabbccddeeff");

    [Fact]
    public void the_same_cause_gives_the_same_id_for_ever() =>
        Assert.Equal(new Guid("602f0c98-58fb-529e-8b34-af9f18ec6a77"), EventId.Of("scheduler", Cause, 0)); // as Python's uuid5 has it

    [Fact]
    public void log_cause_and_ordinal_each_make_another_id() =>
        Assert.Equal(4, new[] { EventId.Of("a", Cause, 0), EventId.Of("b", Cause, 0), EventId.Of("a", Cause, 1), EventId.Of("a", Guid.Empty, 0) }.Distinct().Count());

    [Fact]
    public void ids_are_of_version_five() => Assert.All(Enumerable.Range(0, 100), i =>
    {
        Assert.Equal(5, EventId.Of($"{i}").Version);
        Assert.Equal(8, EventId.Of($"{i}").Variant & 0xC);
    });
}
