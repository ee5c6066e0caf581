namespace Skale.EventStore.Tests;

public abstract partial class EventLogContract
{
    [Fact]
    public async Task a_snapshot_is_replaced_as_a_whole_or_not_at_all()
    {
        var place = await NewPlace();
        await using var log = await place.OpenWriter();
        var store = (ISnapshots)log;
        Assert.Null(await store.OpenSnapshot());

        var (large, small) = (Enumerable.Range(0, 3_000_000).Select(i => (byte)(i * 7 / 3)).ToArray(), new byte[] { 1, 2, 3 });
        await store.SaveSnapshot(to => to.Write(large));
        Assert.Equal(large, await Kept());
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.SaveSnapshot(to =>
        {
            to.Write(small);
            throw new InvalidOperationException("The state cannot be written.");
        }));
        Assert.Equal(large, await Kept());
        await store.SaveSnapshot(to => to.Write(small));
        Assert.Equal(small, await Kept());

        async Task<byte[]> Kept()
        {
            await using var reader = await place.OpenReader();
            await using var kept = (await ((ISnapshots)reader).OpenSnapshot())!;
            var bytes = new byte[kept.Length];
            kept.Position = 0;
            kept.ReadExactly(bytes);
            return bytes;
        }
    }
}
