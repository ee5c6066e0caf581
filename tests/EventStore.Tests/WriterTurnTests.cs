using Skale.Servers;

namespace Skale.EventStore.Tests;

/// <summary>The lock that tells a standby to wait, and what becomes of writers when it is lost.</summary>
public sealed class WriterTurnTests(PostgresFixture postgres)
{
    [Fact]
    public async Task a_writer_that_loses_its_turn_takes_it_again_and_writes_on()
    {
        var place = await postgres.NewPlace();
        await using var log = await place.OpenStandby();
        await log.BeginWriting();
        var session = await Holder(place);
        await Cut(session);

        await Wait.Until("the turn to be taken again", async () => await Holder(place) is { } now && now != session, Wait.Patience);
        Assert.Equal(1, await log.Append([Some.Event("a", 1)]));
        Assert.False(log.Ended.IsCompleted);
    }

    /// <summary>Under load, with two transactions of the old writer on their way and one of them holding positions that the new one wants.</summary>
    [Fact]
    public async Task writers_that_take_over_from_each_other_under_load_lose_and_double_nothing()
    {
        const int Writers = 6;
        const int Appenders = 96;
        var place = await postgres.NewPlace();
        var acknowledged = new long[Appenders];
        IEventLog? old = null;
        Task<WriterFencedException>[] fenced = [];
        for (var writer = 0; writer < Writers; writer++)
        {
            var log = await place.OpenWriter();
            await Task.WhenAll(fenced).WaitAsync(Wait.Patience);
            await (old?.DisposeAsync() ?? ValueTask.CompletedTask);
            old = log;
            var enough = acknowledged.Sum() + 2_000;
            fenced = [.. Enumerable.Range(0, Appenders).Select(i => Task.Run(async () =>
            {
                await foreach (var e in log.ReadStream($"s-{i}"))
                {
                    acknowledged[i] = e.Version; // An append may have been stored although its writer was fenced before it could tell.
                }

                try
                {
                    while (true)
                    {
                        await log.Append([Some.Event($"s-{i}", acknowledged[i] + 1)]);
                        Interlocked.Increment(ref acknowledged[i]);
                    }
                }
                catch (WriterFencedException e)
                {
                    return e;
                }
            }))];
            await Wait.Until("many appends by one writer", () => acknowledged.Sum() >= enough || fenced.Any(f => f.IsCompleted), Wait.Patience);
        }

        await using (await place.OpenWriter())
        {
            await Task.WhenAll(fenced).WaitAsync(Wait.Patience);
        }

        var stored = await old!.ReadAll().All();
        await old.DisposeAsync();
        Assert.Equal(Enumerable.Range(1, stored.Count).Select(n => (long)n), stored.Select(e => e.Position));
        Assert.All(Enumerable.Range(0, Appenders), i => Assert.InRange(stored.Count(e => e.Stream == $"s-{i}"), acknowledged[i], acknowledged[i] + 1));
    }

    [Fact]
    public async Task a_writer_whose_turn_was_lost_to_another_ends_although_it_appends_nothing()
    {
        var place = await postgres.NewPlace();
        await using var old = await place.OpenStandby();
        await old.BeginWriting();
        await using var young = await place.OpenStandby();

        // Whichever of the two is first: cut until it is the other one.
        await Wait.Until("the other to have its turn", async () =>
        {
            await Cut(await Holder(place));
            await young.BeginWriting();
            return true;
        }, Wait.Patience);

        Assert.IsType<WriterFencedException>(await Record.ExceptionAsync(() => old.Ended.WaitAsync(Wait.Patience)));
        Assert.Equal(1, await young.Append([Some.Event("a", 1)]));
        await Assert.ThrowsAsync<WriterFencedException>(() => old.Append([Some.Event("a", 2)]));
    }

    [Fact]
    public async Task a_writer_fenced_by_hand_gives_up_its_turn()
    {
        var place = await postgres.NewPlace();
        await using var old = await place.OpenStandby();
        await old.BeginWriting();
        await PostgresLog.Fence(place.Service, place.Log);

        Assert.IsType<WriterFencedException>(await Record.ExceptionAsync(() => old.Ended.WaitAsync(Wait.Patience)));
        await using var young = await place.OpenStandby();
        await Wait.Until("the turn", async () =>
        {
            await young.BeginWriting();
            return true;
        }, Wait.Patience);
        Assert.False(young.Ended.IsCompleted);
    }

    [Fact]
    public async Task a_session_of_which_nothing_is_heard_is_ended_by_the_server()
    {
        var place = await postgres.NewPlace();
        await using var silent = await place.OpenStandby();
        await silent.BeginWriting();
        await using var standby = await place.OpenStandby();
        await Assert.ThrowsAsync<LogHeldException>(() => standby.BeginWriting()); // opens its session, and says nothing there from now on

        await Wait.Until("the silent session to be ended", async () => await Sessions(place) == 1, Wait.Patience);
        await Assert.ThrowsAnyAsync<Npgsql.NpgsqlException>(() => standby.BeginWriting());
        await Assert.ThrowsAsync<LogHeldException>(() => standby.BeginWriting());
        Assert.Equal(1, await silent.Append([Some.Event("a", 1)]));
    }

    [Fact]
    public async Task who_waits_holds_no_snapshot_that_would_keep_rows_from_being_vacuumed()
    {
        var place = await postgres.NewPlace();
        await using var log = await place.OpenStandby();
        await log.BeginWriting();
        await using var standby = await place.OpenStandby();
        await Assert.ThrowsAsync<LogHeldException>(() => standby.BeginWriting());

        Assert.Equal(2, await Sessions(place));
        await Wait.Until(
            "all sessions to be idle without a snapshot",
            async () => await Sessions(place, "and state = 'idle' and backend_xmin is null and backend_xid is null") == 2, Wait.Patience);
    }

    /// <summary>The process id, at the server, of the session that holds the lock; null when none does.</summary>
    private async Task<string?> Holder(PostgresPlace place) => (await Database.Rows(
        postgres.Database.Service, $"select pid from pg_locks where locktype = 'advisory' and granted and (classid::bigint << 32) | objid::bigint = {Key(place)}")).SingleOrDefault();

    private async Task Cut(string? session) => await Database.Execute(postgres.Database.Service, $"select pg_terminate_backend({session ?? "null"})");

    /// <summary>Sessions that have tried to take this log's lock last.</summary>
    private async Task<int> Sessions(PostgresPlace place, string and = "") => int.Parse(Assert.Single(await Database.Rows(
        postgres.Database.Service, $"select count(*) from pg_stat_activity where application_name like 'skale process %' and query like '%{place.Log.Replace('-', '_')}.skale_writer%' {and}")));

    private static string Key(PostgresPlace place) => $"hashtextextended('skale writer of {place.Log.Replace('-', '_')}', 0)";
}
