using Skale.Servers;

namespace Skale.EventStore.Tests;

/// <summary>What readers may rely on, beside the writer and in competition with it.</summary>
public abstract partial class EventLogContract
{
    [Fact]
    public async Task checkpoints_begin_at_zero_and_belong_to_their_reader()
    {
        var place = await NewPlace();
        await using var log = await place.OpenWriter();
        await log.SaveCheckpoint("relay", 7);
        await log.SaveCheckpoint("relay", 9);

        await using var reader = await place.OpenReader();
        Assert.Equal(9, await reader.LoadCheckpoint("relay"));
        Assert.Equal(0, await reader.LoadCheckpoint("audit"));
        await Assert.ThrowsAsync<ArgumentException>(() => log.SaveCheckpoint("../relay", 1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => log.SaveCheckpoint("relay", -1));
    }

    [Fact]
    public async Task a_reader_of_its_own_sees_commits_in_order_and_may_not_append()
    {
        var place = await NewPlace();
        await using var log = await place.OpenWriter();
        await using var reader = await place.OpenReader();
        Assert.Empty(await reader.ReadAll().All());

        for (var version = 1; version <= 30; version++)
        {
            await log.Append([Some.Event("a", version), Some.Event("b", version)]);
            Assert.Equal([$"{(2 * version) - 1}:a/{version}", $"{2 * version}:b/{version}"], await reader.ReadAll(2 * (version - 1)).Names());
        }

        Assert.Equal(60, await reader.Head());
        await Assert.ThrowsAsync<InvalidOperationException>(() => reader.Append([Some.Event("c", 1)]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task a_waiting_reader_is_woken_by_a_commit(bool ownInstance)
    {
        var place = await NewPlace();
        await using var log = await place.OpenWriter();
        await using var reader = ownInstance ? await place.OpenReader() : log;

        var woken = reader.WaitForAppend(0, Wait.Patience);
        await log.Append([Some.Event("a", 1)]);
        await woken.WaitAsync(Wait.Patience / 2);

        Assert.Equal(["1:a/1"], await reader.ReadAll().Names());
        await reader.WaitForAppend(0, Wait.Patience).WaitAsync(Wait.Patience / 2);
    }

    [Fact]
    public async Task waiting_ends_with_its_time_or_its_cancellation()
    {
        await using var log = await (await NewPlace()).OpenWriter();
        using var cancellation = new CancellationTokenSource();

        await log.WaitForAppend(0, TimeSpan.FromMilliseconds(30)).WaitAsync(Wait.Patience);
        var waiting = log.WaitForAppend(0, Wait.Patience * 10, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Wait.Patience));
    }

    [Fact]
    public async Task fifty_appends_at_once_are_each_whole_and_no_polling_reader_in_any_process_misses_one()
    {
        var place = await NewPlace();
        await using var log = await place.OpenWriter();
        await using var reader = await place.OpenReader();
        const int Writers = 50, Rounds = 10, Total = Writers * Rounds * 2;
        await using var elsewhere = ServerProcess.Start(Path.Combine(AppContext.BaseDirectory, "Skale.EventStore.Tests"), ["read", place.Address, $"{Total}"]);
        await Wait.Until("the other process to read", () => elsewhere.Output.Contains(PollingReader.Reading, StringComparison.Ordinal), Wait.Patience);
        var seen = new List<StoredEvent>();
        var polling = Task.Run(async () =>
        {
            while (seen.Count < Total)
            {
                await reader.WaitForAppend(seen.Count, Wait.Patience);
                seen.AddRange(await reader.ReadAll(seen.Count).All());
            }
        });

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                await log.Append([Some.Event($"s-{writer}", (2 * round) + 1), Some.Event($"s-{writer}", (2 * round) + 2)]);
            }
        })));

        await polling.WaitAsync(Wait.Patience);
        await elsewhere.WaitForExit(Wait.Patience);
        Assert.Contains($"seen {Total} without a gap", elsewhere.Output, StringComparison.Ordinal);
        Assert.Equal(Enumerable.Range(1, Total).Select(i => (long)i), seen.Select(e => e.Position));
        Assert.All(seen.Chunk(2), pair => Assert.Equal((pair[0].Stream, pair[0].Version + 1), (pair[1].Stream, pair[1].Version)));
    }

    [Fact]
    public async Task of_appends_at_once_only_those_that_fit_are_stored()
    {
        await using var log = await (await NewPlace()).OpenWriter();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(async () =>
        {
            try
            {
                return await log.Append([Some.Event("contested", 1, $"{i}"), Some.Event($"own-{i}", 1)]);
            }
            catch (VersionConflictException)
            {
                return 0;
            }
        })));

        Assert.Equal(2, Assert.Single(outcomes, position => position > 0));
        Assert.Equal(2, await log.Head());
    }
}
