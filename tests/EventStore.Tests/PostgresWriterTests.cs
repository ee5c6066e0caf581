using Npgsql;
using Skale.Servers;

namespace Skale.EventStore.Tests;

/// <summary>One writer at a time, and every commit with a known outcome, whatever happens to connections and server.</summary>
public sealed class PostgresWriterTests(PostgresFixture postgres)
{
    [Fact]
    public async Task a_newer_writer_fences_the_older_one_for_good()
    {
        var place = await postgres.NewPlace();
        await using var old = await place.OpenWriter();
        await old.Append([Some.Event("a", 1)]);
        await PostgresLog.Fence(place.Service, place.Log);

        var refusal = await Assert.ThrowsAsync<WriterFencedException>(() => old.Append([Some.Event("a", 2)]));

        Assert.Contains("(epoch 1) is fenced by a newer one (epoch 2)", refusal.Message, StringComparison.Ordinal);
        await using var young = await place.OpenWriter();
        await Assert.ThrowsAsync<WriterFencedException>(() => old.Append([Some.Event("b", 1)]));
        Assert.Equal(2, await young.Append([Some.Event("a", 2)]));
        Assert.Equal(["1:a/1", "2:a/2"], await old.ReadAll().Names());
    }

    [Fact]
    public async Task opening_for_reading_fences_nobody()
    {
        var place = await postgres.NewPlace();
        await using var log = await place.OpenWriter();
        await using var reader = await place.OpenReader();

        Assert.Equal(1, await log.Append([Some.Event("a", 1)]));
    }

    [Fact]
    public async Task refused_appends_leave_no_gap_in_positions()
    {
        var place = await postgres.NewPlace();
        await using var log = await place.OpenWriter();
        await log.Append([Some.Event("a", 1)]);
        await Assert.ThrowsAsync<VersionConflictException>(() => log.Append([Some.Event("a", 5)]));

        Assert.Equal(2, await log.Append([Some.Event("a", 2)]));
    }

    [Fact]
    public async Task a_cut_connection_costs_an_append_nothing()
    {
        var place = await postgres.NewPlace();
        await using var log = await place.OpenWriter();
        for (var version = 1; version <= 5; version++)
        {
            await Database.Execute(
                postgres.Database.Service,
                $"select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'skale {place.Log}'");
            Assert.Equal(version, await log.Append([Some.Event("a", version)]));
        }

        Assert.Equal(5, (await log.ReadAll().All()).Count);
    }

    [Fact]
    public async Task a_waiting_reader_whose_listening_connection_is_cut_hears_of_commits_all_the_same()
    {
        var place = await postgres.NewPlace();
        await using var log = await place.OpenWriter();
        await using var reader = await place.OpenReader();
        await reader.WaitForAppend(0, TimeSpan.FromMilliseconds(1));
        await Wait.Until("the reader to listen", async () => await Listeners(place) == 1, Wait.Patience);

        await Database.Execute(
            postgres.Database.Service, $"select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'skale {place.Log}' and query like 'listen%'");
        var woken = reader.WaitForAppend(0, Wait.Patience);
        await log.Append([Some.Event("a", 1)]);

        await woken.WaitAsync(Wait.Patience / 2);
        await Wait.Until("the reader to listen again", async () => await Listeners(place) == 1, Wait.Patience);
    }

    [Theory]
    [InlineData(1)]
    public async Task a_server_that_crashes_again_and_again_loses_and_doubles_nothing(int seed)
    {
        const int Crashes = 15;
        await using var server = await PostgresServer.Start();
        var database = await server.NewDatabase();
        await PostgresSchema.Migrate(database.Owner, "scheduler", PostgresServer.ServiceRole, PostgresServer.ReaderRole);
        await using var log = await PostgresLog.Open(database.Service, "scheduler", new PostgresOptions { OutagePatience = Wait.Patience });
        using var enough = new CancellationTokenSource();
        var acknowledged = new (long Version, long Position)[8];
        var writers = Enumerable.Range(0, acknowledged.Length).Select(i => Task.Run(async () =>
        {
            var random = new Random((seed * acknowledged.Length) + i);
            for (var version = 0L; !enough.IsCancellationRequested;)
            {
                var batch = Some.Batch($"s-{i}", version + 1, random.Next(1, i == 0 ? 1000 : 8), random);
                var position = await log.Append(batch);
                acknowledged[i] = (version += batch.Length, position);
            }
        })).ToArray();
        var history = new HistoryCheck();
        var moments = new Random(seed);

        for (var crash = 1; crash <= Crashes; crash++)
        {
            var before = acknowledged.ToArray();
            await Wait.Until("every writer to get on", () => acknowledged.Zip(before).All(a => a.First.Version > a.Second.Version) || writers.Any(w => w.IsFaulted), Wait.Patience);
            await Task.WhenAll(writers.Where(w => w.IsFaulted));
            await Wait.For(TimeSpan.FromMilliseconds(moments.NextDouble() * 20), "a moment that nothing determines");
            await server.StopImmediately();
            await server.StartAgain();
            await using var reader = await PostgresLog.OpenReader(database.Service, "scheduler");
            await history.Follow(reader);
        }

        await enough.CancelAsync();
        await Task.WhenAll(writers).WaitAsync(Wait.Patience);
        await using var end = await PostgresLog.OpenReader(database.Service, "scheduler");
        await history.Follow(end);
        Assert.Equal(acknowledged.Sum(a => a.Version), history.Position);
        for (var i = 0; i < acknowledged.Length; i++)
        {
            history.AssertHolds($"s-{i}", acknowledged[i].Version, acknowledged[i].Position);
            Assert.Equal(acknowledged[i].Version, history.VersionOf($"s-{i}"));
        }
    }

    [Fact]
    public async Task an_outage_longer_than_the_patience_stops_the_writer_and_says_what_to_do()
    {
        await using var server = await PostgresServer.Start();
        var database = await server.NewDatabase();
        await PostgresSchema.Migrate(database.Owner, "scheduler", PostgresServer.ServiceRole, PostgresServer.ReaderRole);
        await using var log = await PostgresLog.Open(database.Service, "scheduler", new PostgresOptions { OutagePatience = TimeSpan.FromMilliseconds(300) });
        await log.Append([Some.Event("a", 1)]);
        await server.StopImmediately();

        await Assert.ThrowsAsync<CommitUnknownException>(() => log.Append([Some.Event("a", 2)]));
        await server.StartAgain();
        await Assert.ThrowsAsync<CommitUnknownException>(() => log.Append([Some.Event("a", 2)]));

        Assert.IsType<CommitUnknownException>(await Record.ExceptionAsync(() => log.Ended.WaitAsync(Wait.Patience)));
        await using var again = await PostgresLog.Open(database.Service, "scheduler");
        Assert.Equal(2, await again.Append([Some.Event("a", 2)]));
    }

    private async Task<int> Listeners(PostgresPlace place) => int.Parse(Assert.Single(await Database.Rows(
        postgres.Database.Service, $"select count(*) from pg_stat_activity where application_name = 'skale {place.Log}' and query like 'listen%'")));
}
