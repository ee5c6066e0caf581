using Npgsql;
using Skale.Servers;

namespace Skale.EventStore.Tests;

/// <summary>Backups as <c>docs/operations.md</c> has them: <c>pg_dump</c> of one log's schema, and a copy of a journal's folder while its writer works.</summary>
public sealed class BackupTests(PostgresFixture postgres)
{
    [Fact]
    public async Task a_dump_of_one_log_is_the_same_log_in_another_database()
    {
        var place = await postgres.NewPlace();
        await using var log = await place.OpenWriter();
        using var key = await SealedLog.Fill(log, SealedLog.Events(1_000), 300, 1_000);
        await log.SaveCheckpoint("relay", 900);

        var database = await postgres.Server.NewDatabase();
        await DumpAndRestore(place.Log, database);

        await using var restored = await PostgresLog.Open(database.Service, place.Log);
        await RestoreTests.RequireSame(log, restored);
        Assert.Equal(900, await restored.LoadCheckpoint("relay"));
        var tree = new MerkleFrontier();
        (await restored.Evidence.ReadDigests().All()).ForEach(digest => tree.Push(digest));
        Assert.Equal(tree.Root(), (await restored.Evidence.LoadKeys())!.Open((await restored.Evidence.LastSeal())!).Root); // what a sealer asks for before it goes on

        var next = SealedLog.Events(1_001)[^1];
        Assert.Equal((1_001, 1_001), (await log.Append([next]), await restored.Append([next])));
        await SealedLog.Seal(restored, key, 1_001);
        var report = ExportVerifier.Verify(await SealedLog.Export(restored), held: [(await log.Evidence.LastSeal())!]);
        Assert.True(report.IsVerified, report.Text());
    }

    [Fact]
    public async Task a_restored_dump_keeps_rights_and_refuses_changes()
    {
        var place = await postgres.NewPlace();
        await using (var log = await place.OpenWriter())
        {
            await log.Append(SealedLog.Events(10));
        }

        var database = await postgres.Server.NewDatabase();
        await DumpAndRestore(place.Log, database);

        var schema = PostgresSchema.NameOf(place.Log);
        Assert.Equal(await Rights(postgres.Database.Owner, schema), await Rights(database.Owner, schema));
        foreach (var (role, state) in new[] { (database.Service, "42501"), (database.Owner, "SK004") })
        {
            var refusal = await Assert.ThrowsAsync<PostgresException>(() => Database.Execute(role, $"update {schema}.mt_events set type = 'x'"));
            Assert.Equal(state, refusal.SqlState);
        }

        Assert.Empty(await PostgresSchema.Migrate(database.Owner, place.Log, PostgresServer.ServiceRole, PostgresServer.ReaderRole));
        await using var reader = await PostgresLog.OpenReader(database.Reader, place.Log);
        Assert.Equal(10, await reader.Head());
    }

    /// <summary>The order of <c>docs/operations.md</c>: checkpoints, keys, digests, lines. A copy in this order is a log as it was at one moment.</summary>
    [Fact]
    public async Task a_copy_of_a_journal_at_work_is_what_it_was_at_one_moment()
    {
        var place = new JournalPlace();
        await using var log = place.Open(segmentBytes: 20_000);
        using var key = SealingKey.Create(SealedLog.Origin);
        await log.Evidence.SaveKeys(KeyHistory.Begin(key));
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(() => Write(log, key, stop.Token));
        var copies = new List<string>();
        for (var copy = 0; copy < 20; copy++)
        {
            await log.WaitForAppend(await log.Head() + 20, Wait.Patience);
            await Wait.Until("a checkpoint", async () => await log.Evidence.LastSeal() is not null, Wait.Patience);
            copies.Add(await Copy(place.Folder));
        }

        await stop.CancelAsync();
        await writing;
        var all = await log.ReadAll().Names();
        foreach (var folder in copies)
        {
            long head;
            await using (var reader = JournalLog.OpenReader(folder, "scheduler"))
            {
                head = await reader.Head();
                Assert.Equal(all[..(int)head], await reader.ReadAll().Names());
            }

            await using (var writer = JournalLog.Open(folder, "scheduler", new JournalOptions { Warn = _ => { } }))
            {
                Assert.Equal(head, await writer.Head());
                Assert.Equal(head + 1, await writer.Append([Some.Event("another", 1)]));
            }

            // The writer has made the digests again that were not there yet when they were copied.
            var report = ExportVerifier.Verify(folder);
            Assert.True(report.IsVerified, report.Text());
        }
    }

    private static async Task Write(JournalLog log, SealingKey key, CancellationToken stop)
    {
        var tree = new MerkleFrontier();
        for (var version = 1; !stop.IsCancellationRequested; version++)
        {
            await log.Append([Some.Event("a", version), Some.Event("b", version, new string('x', version % 700))], CancellationToken.None);
            if (version % 5 == 0)
            {
                await foreach (var digest in log.Evidence.ReadDigests(tree.Size, CancellationToken.None))
                {
                    tree.Push(digest);
                }

                await log.Evidence.AddSeal(new Checkpoint(SealedLog.Origin, tree.Size, tree.Root(), Some.Noon + TimeSpan.FromSeconds(tree.Size)).Sign(key), CancellationToken.None);
            }
        }
    }

    private static async Task<string> Copy(string journal)
    {
        var copy = Directory.CreateDirectory(SealedLog.NewFolder()).FullName;
        await ServerProcess.Run("sh", ["-c", "cp -a \"$0\"/seals \"$1\" && cp -a \"$0\"/keys \"$1\" && cp -a \"$0\"/*.digests \"$1\" && cp -a \"$0\"/*.jsonl \"$1\"", journal, copy], Wait.Patience);
        return copy;
    }

    /// <summary>As <c>docs/operations.md</c> says, by the owner of the tables.</summary>
    private async Task DumpAndRestore(string log, PostgresDatabase into)
    {
        var file = Path.Combine(Directory.CreateDirectory(SealedLog.NewFolder()).FullName, "log.dump");
        var from = new NpgsqlConnectionStringBuilder(postgres.Database.Owner).Database!;
        var to = new NpgsqlConnectionStringBuilder(into.Owner).Database!;
        string[] asOwner = ["--host", postgres.Server.SocketFolder, "--username", PostgresServer.OwnerRole];
        await ServerProcess.Run(postgres.Server.Program("pg_dump"), [.. asOwner, "--dbname", from, "--schema", PostgresSchema.NameOf(log), "--format", "custom", "--file", file], Wait.Patience);
        await ServerProcess.Run(postgres.Server.Program("pg_restore"), [.. asOwner, "--dbname", to, "--exit-on-error", "--single-transaction", file], Wait.Patience);
    }

    private static Task<List<string>> Rights(string owner, string schema) => Database.Rows(
        owner,
        $"""
        select c.relname, c.relkind::text, pg_get_userbyid(c.relowner), (select string_agg(a::text, ' ' order by a::text) from unnest(coalesce(c.relacl, case c.relkind when 'r' then acldefault('r', c.relowner) when 'S' then acldefault('s', c.relowner) end)) a),
            (select string_agg(t.attname || t.attacl::text, ' ' order by t.attname) from pg_attribute t where t.attrelid = c.oid and t.attacl is not null),
            (select string_agg(g.tgname || g.tgenabled::text, ' ' order by g.tgname) from pg_trigger g where g.tgrelid = c.oid and not g.tgisinternal)
        from pg_class c where c.relnamespace = '{schema}'::regnamespace order by 1
        """);
}
