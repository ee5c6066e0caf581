using Npgsql;
using Skale.Servers;

namespace Skale.EventStore.Tests;

/// <summary>History cannot be changed: not by the service, not by a reader, and not by a slip of the owner.</summary>
public sealed class PostgresRightsTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("update {0}.mt_events set data = '{{}}'")]
    [InlineData("update {0}.mt_events set version = version where false")]
    [InlineData("delete from {0}.mt_events")]
    [InlineData("truncate {0}.mt_events")]
    [InlineData("truncate {0}.mt_streams cascade")]
    [InlineData("delete from {0}.mt_streams")]
    [InlineData("delete from {0}.skale_digests")]
    [InlineData("update {0}.skale_digests set seq_id = 0")]
    [InlineData("truncate {0}.skale_digests")]
    [InlineData("delete from {0}.skale_seals")]
    [InlineData("update {0}.skale_seals set note = ''")]
    [InlineData("truncate {0}.skale_seals")]
    [InlineData("delete from {0}.skale_keys")]
    [InlineData("update {0}.skale_keys set history = ''")]
    [InlineData("truncate {0}.skale_keys")]
    [InlineData("delete from {0}.skale_relay_skips")]
    [InlineData("update {0}.skale_relay_skips set reason = 'x'")]
    [InlineData("merge into {0}.mt_events e using {0}.mt_events f on f.id = e.id when matched then delete")]
    [InlineData("insert into {0}.skale_digests select event_id, seq_id, digest from {0}.skale_digests on conflict (event_id) do update set digest = excluded.digest")]
    public async Task the_owner_is_refused_by_a_trigger_and_the_service_by_its_rights(string statement)
    {
        var (place, schema) = await WithOneEvent();

        var owner = await Assert.ThrowsAsync<PostgresException>(() => Database.Execute(postgres.Database.Owner, string.Format(statement, schema)));
        var service = await Assert.ThrowsAsync<PostgresException>(() => Database.Execute(postgres.Database.Service, string.Format(statement, schema)));

        Assert.Equal("SK004", owner.SqlState);
        Assert.Contains("events are never changed or removed", owner.MessageText, StringComparison.Ordinal);
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, service.SqlState);
        await using var log = await place.OpenReader();
        Assert.Equal(["1:a/1"], await log.ReadAll().Names());
    }

    [Theory]
    [InlineData("update {0}.mt_streams set id = 'b'")]
    [InlineData("update {0}.mt_streams set version = 0")]
    [InlineData("insert into {0}.mt_streams (id, version) values ('b', 7)")]
    [InlineData("update {0}.skale_writer set head = 0")]
    [InlineData("update {0}.skale_writer set epoch = 0")]
    [InlineData("select setval('{0}.mt_events_sequence', 1)")]
    [InlineData("select nextval('{0}.mt_events_sequence')")]
    [InlineData("truncate {0}.skale_writer")]
    [InlineData("alter function {0}.skale_refuse_change() rename to gone")]
    [InlineData("create or replace function {0}.skale_end(head bigint) returns void language sql as 'select 1'")]
    [InlineData("update {0}.mt_streams set is_archived = true")]
    [InlineData("delete from {0}.skale_writer")]
    [InlineData("insert into {0}.skale_writer (only_row, epoch, head) values (true, 1, 1)")]
    [InlineData("delete from {0}.skale_checkpoints")]
    [InlineData("update {0}.skale_snapshot set data = ''")]
    [InlineData("truncate {0}.skale_snapshot")]
    [InlineData("insert into {0}.skale_migrations (number, name, sha256) values (99, '', '')")]
    [InlineData("alter table {0}.mt_events disable trigger all")]
    [InlineData("create table {0}.more (id int)")]
    public async Task the_service_may_do_nothing_it_does_not_need(string statement)
    {
        var (_, schema) = await WithOneEvent();

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => Database.Execute(postgres.Database.Service, string.Format(statement, schema)))).SqlState);
    }

    [Fact]
    public async Task the_reader_role_reads_and_nothing_else()
    {
        var (place, schema) = await WithOneEvent();
        await using var log = await PostgresLog.OpenReader(postgres.Database.Reader, place.Log);

        Assert.Equal(["1:a/1"], await log.ReadAll().Names());
        Assert.Equal(1, await log.Head());
        Assert.Equal(0, await log.LoadCheckpoint("relay"));
        await Assert.ThrowsAsync<PostgresException>(() => log.SaveCheckpoint("relay", 1));
        await Assert.ThrowsAsync<PostgresException>(() => PostgresLog.Open(postgres.Database.Reader, place.Log));
        await Assert.ThrowsAsync<PostgresException>(() => Database.Execute(postgres.Database.Reader, $"insert into {schema}.mt_streams (id) values ('x')"));
    }

    /// <summary>They run with the owner's rights: a reader may call none of them, and nobody can put tables or functions of his own in front of theirs.</summary>
    [Theory]
    [InlineData("select {0}.skale_claim(gen_random_uuid(), false)")]
    [InlineData("select {0}.skale_take(1, 1, 1)")]
    [InlineData("select {0}.skale_announce(1, 1, 1)")]
    [InlineData("select {0}.skale_follow(1, 1, 1)")]
    [InlineData("select {0}.skale_move('{{}}', '{{}}', '{{}}', '{{}}')")]
    [InlineData("select {0}.skale_begin(1, 1, '{{}}', '{{}}', '{{}}', '{{}}')")]
    [InlineData("select {0}.skale_finish(true, 1, 1, 1, true)")]
    [InlineData("select {0}.skale_end(0)")]
    [InlineData("select {0}.skale_append(1, 1, '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', '{{}}', true)")]
    public async Task only_the_service_may_call_the_functions_that_write(string statement)
    {
        var (place, schema) = await WithOneEvent();

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => Database.Execute(postgres.Database.Reader, string.Format(statement, schema)))).SqlState);
        Assert.Equal(
            [""],
            await Database.Rows(
                postgres.Database.Owner,
                $"select string_agg(proname, ' ') from pg_proc where pronamespace = '{schema}'::regnamespace and prosecdef and (proconfig is null or not 'search_path=pg_catalog, pg_temp' = any(proconfig))"));
        await using var log = await place.OpenReader();
        Assert.Equal(1, await log.Head());
    }

    [Fact]
    public async Task migrating_again_changes_nothing()
    {
        var (place, _) = await WithOneEvent();

        Assert.Empty(await Migrate(place.Log));
        await using var log = await place.OpenWriter();
        Assert.Equal(2, await log.Append([Some.Event("a", 2)]));
    }

    [Fact]
    public async Task migrating_at_once_from_many_places_applies_each_migration_once()
    {
        var log = postgres.NewName();
        var applied = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Migrate(log)));

        Assert.Equal(["0001_marten_layout", "0002_append_only", "0003_writer", "0004_digests", "0005_writer_functions", "0006_relay_skips", "0007_append_ahead", "0008_snapshot", "0009_commits_in_turn", "0010_cheap_calls"], applied.SelectMany(a => a));
        Assert.Equal(10, PostgresSchema.Version);
    }

    [Fact]
    public async Task a_log_without_tables_says_what_to_run()
    {
        var missing = await Assert.ThrowsAsync<InvalidOperationException>(() => PostgresLog.Open(postgres.Database.Service, postgres.NewName()));
        Assert.Contains("Run PostgresSchema.Migrate with the owner role first", missing.Message, StringComparison.Ordinal);

        var (place, schema) = await WithOneEvent();
        await Database.Execute(postgres.Database.Owner, $"delete from {schema}.skale_migrations where number = 3");
        var behind = await Assert.ThrowsAsync<InvalidOperationException>(() => place.OpenWriter());
        Assert.Contains("lack migration 0003_writer", behind.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_changed_or_newer_migration_is_refused()
    {
        var (place, schema) = await WithOneEvent();
        await Database.Execute(postgres.Database.Owner, $"update {schema}.skale_migrations set sha256 = 'other' where number = 2");
        Assert.Contains("0002_append_only was changed after", (await Assert.ThrowsAsync<InvalidOperationException>(() => Migrate(place.Log))).Message, StringComparison.Ordinal);

        var (newer, newerSchema) = await WithOneEvent();
        await Database.Execute(postgres.Database.Owner, $"insert into {newerSchema}.skale_migrations (number, name, sha256) values (99, 'x', 'x')");
        Assert.Contains("migration 99 was applied by a newer version", (await Assert.ThrowsAsync<InvalidOperationException>(() => newer.OpenWriter())).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Upper")]
    [InlineData("1st")]
    [InlineData("a_b")]
    [InlineData("a;drop schema x")]
    [InlineData("pg-x")]
    [InlineData("public")]
    public void only_plain_names_name_a_log(string name) => Assert.Throws<ArgumentException>(() => PostgresSchema.NameOf(name));

    private Task<IReadOnlyList<string>> Migrate(string log) =>
        PostgresSchema.Migrate(postgres.Database.Owner, log, PostgresServer.ServiceRole, PostgresServer.ReaderRole);

    private async Task<(PostgresPlace Place, string Schema)> WithOneEvent()
    {
        var place = await postgres.NewPlace();
        await using var log = await place.OpenWriter();
        await log.Append([Some.Event("a", 1)]);
        return (place, PostgresSchema.NameOf(place.Log));
    }
}
