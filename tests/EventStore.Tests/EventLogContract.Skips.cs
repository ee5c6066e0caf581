namespace Skale.EventStore.Tests;

public abstract partial class EventLogContract
{
    [Fact]
    public async Task requests_to_skip_are_left_by_another_process_and_stay_as_they_were_first_made()
    {
        var place = await NewPlace();
        await using var log = await place.OpenWriter();
        await using var operatorsLog = await place.OpenReader();
        var (service, theOperator) = ((ISkipRequests)log, (ISkipRequests)operatorsLog);
        Assert.Empty(await service.ReadSkipRequests());

        await theOperator.RequestSkip(new SkipRequest(12, "the broker takes no message of 20 MB", "ada@desk", Some.Noon.AddTicks(3)));
        await theOperator.RequestSkip(new SkipRequest(7, "grüße \"x\"", "ada@desk", Some.Noon));
        await theOperator.RequestSkip(new SkipRequest(12, "again", "bob", Some.Noon));

        SkipRequest[] expected = [new(7, "grüße \"x\"", "ada@desk", Some.Noon), new(12, "the broker takes no message of 20 MB", "ada@desk", Some.Noon)];
        Assert.Equal(expected, await service.ReadSkipRequests());
        Assert.Equal(expected[1..], await service.ReadSkipRequests(7));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => theOperator.RequestSkip(new SkipRequest(0, "x", "x", Some.Noon)));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => theOperator.RequestSkip(new SkipRequest(1, " ", "x", Some.Noon)));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => theOperator.RequestSkip(new SkipRequest(1, "x", "", Some.Noon)));
        Assert.Equal(0, await log.Head());
    }
}
