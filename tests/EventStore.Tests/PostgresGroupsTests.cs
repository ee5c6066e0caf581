using System.Globalization;
using Npgsql;
using Skale.Servers;

namespace Skale.EventStore.Tests;

/// <summary>Groups of many events, of which several are on their way at once, and the version of the tables that brought that.</summary>
public sealed class PostgresGroupsTests(PostgresFixture postgres)
{
    private const int Writers = 24, Rounds = 15, EventsEach = 16;

    /// <summary>Most rounds have an append that builds on a version that is not there: its group goes apart, and what was sent behind it was sent in vain.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task groups_behind_one_with_a_refused_append_are_stored_where_the_log_ends_then(int seed)
    {
        var place = await postgres.NewPlace();
        await using var log = await place.OpenWriter();
        var acknowledged = await Task.WhenAll(Enumerable.Range(0, Writers).Select(i => Task.Run(() => Write(log, $"s-{i}", new Random((seed * Writers) + i)))));

        var history = new HistoryCheck();
        await history.Follow(log);
        Assert.Equal(Writers * Rounds * EventsEach, history.Position);
        Assert.All(acknowledged.SelectMany(a => a), a => history.AssertHolds(a.Stream, a.Version, a.Position));
    }

    [Fact]
    public async Task a_log_of_the_version_before_goes_on_where_it_ended()
    {
        var name = postgres.NewName();
        await MigrateTo(8, name);
        var first = AppendBatch.Of(name, [Some.Event("a", 1)]);
        Assert.Equal([0], first.Link(0, []));
        await using (var source = NpgsqlDataSource.Create(postgres.Database.Owner))
        {
            using var old = new AppendSession(await source.OpenConnectionAsync(), PostgresSchema.NameOf(name));
            old.Append(epoch: 0, basePosition: 0, first, tell: true);
        }

        Assert.Equal(["0009_commits_in_turn", "0010_cheap_calls"], await PostgresSchema.Migrate(postgres.Database.Owner, name, PostgresServer.ServiceRole, PostgresServer.ReaderRole));

        await using var log = await PostgresLog.Open(postgres.Database.Service, name);
        Assert.Equal(2, await log.Append([Some.Event("a", 2)]));
        Assert.Equal(["1:a/1", "2:a/2"], await log.ReadAll().Names());
        Assert.All(await log.Evidence.ReadLines().All(), line => Assert.Equal(MerkleHash.OfLeaf(line.Bytes.Span), line.Digest));
    }

    /// <summary>Sent first is not there first. How long it waits is a matter of milliseconds, so this is tried until the other one came within them.</summary>
    [Fact]
    public async Task an_append_that_overtakes_the_one_before_it_waits_for_it()
    {
        var schema = PostgresSchema.NameOf((await postgres.NewPlace()).Log);
        await using var source = NpgsqlDataSource.Create(postgres.Database.Owner);
        await using var before = await source.OpenConnectionAsync();
        await using var behind = await source.OpenConnectionAsync();
        await using var beside = await source.OpenConnectionAsync();
        var isWaiting = $"select exists (select from pg_stat_activity where pid = {behind.ProcessID} and wait_event = 'PgSleep')";
        for (var (head, tries) = (0, 1); ; head++, tries++)
        {
            var follow = Call(behind, $"select {schema}.skale_follow(0, {head + 1}, 1)");
            while (!follow.IsCompleted && await Call(beside, isWaiting) is false)
            {
                // It waits or gives up, within milliseconds.
            }

            Assert.Equal(true, await Call(before, $"select {schema}.skale_announce(0, {head}, 1)"));
            if (await Record.ExceptionAsync(() => follow) is not { } refusal)
            {
                Assert.Equal((long)head + 2, await Call(beside, $"select head from {schema}.skale_writer"));
                return;
            }

            Assert.Equal("SK006", Assert.IsType<PostgresException>(refusal).SqlState);
            Assert.True(tries < 1000, "it never waited long enough");
        }
    }

    private static async Task<object?> Call(NpgsqlConnection connection, string statement)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        return await command.ExecuteScalarAsync();
    }

    private static async Task<List<(string Stream, long Version, long Position)>> Write(IEventLog log, string stream, Random random)
    {
        var acknowledged = new List<(string, long, long)>();
        for (var round = 0; round < Rounds; round++)
        {
            var version = (long)round * EventsEach;
            if (random.Next(8) == 0)
            {
                var refusal = await Assert.ThrowsAsync<VersionConflictException>(() => log.Append(Some.Batch(stream, version + 2, EventsEach, random)));
                Assert.Contains($"is at version {version}, not at {version + 1}", refusal.Message, StringComparison.Ordinal);
            }

            var position = await log.Append(Some.Batch(stream, version + 1, EventsEach, random));
            acknowledged.Add((stream, version + EventsEach, position));
        }

        return acknowledged;
    }

    private async Task MigrateTo(int number, string name)
    {
        var schema = PostgresSchema.NameOf(name);
        var sql = $"create schema {schema}; create table {schema}.skale_migrations (number int not null primary key, name varchar not null, sha256 varchar not null, applied_at timestamptz not null default now());";
        foreach (var migration in Migration.All.Take(number))
        {
            sql += migration.Sql.Replace("{schema}", schema, StringComparison.Ordinal).Replace("{channel}", PostgresSchema.ChannelOf(schema), StringComparison.Ordinal)
                + string.Create(CultureInfo.InvariantCulture, $"\ninsert into {schema}.skale_migrations (number, name, sha256) values ({migration.Number}, '{migration.Name}', '{migration.Sha256}');\n");
        }

        await Database.Execute(postgres.Database.Owner, sql);
    }
}
