using Npgsql;

namespace Skale.EventStore.Tests;

/// <summary>The database's superuser can do anything behind the triggers; the export of what he leaves shows what he did.</summary>
public sealed class TamperedDatabaseTests(PostgresFixture postgres)
{
    [Theory]
    [InlineData("update {0}.mt_events set data = jsonb_set(data, '{{Note}}', '\"better\"') where seq_id = 12", FindingKind.Changed, 12)]
    [InlineData("update {0}.mt_events set timestamp = timestamp + interval '1 microsecond' where seq_id = 12", FindingKind.Changed, 12)]
    [InlineData("update {0}.mt_events set type = 'node_treasured' where seq_id = 12", FindingKind.Changed, 12)]
    [InlineData("update {0}.mt_events set correlation_id = null where seq_id = 12", FindingKind.Changed, 12)]
    [InlineData("update {0}.mt_events set data = '{{\"Big\":123456789012345678901234567890}}' where seq_id = 12", FindingKind.Changed, 12)]
    [InlineData("update {0}.skale_digests set digest = sha256('x') where seq_id = 12", FindingKind.DigestChanged, 12)]
    [InlineData("delete from {0}.skale_digests where seq_id = 12", FindingKind.DigestChanged, 12)]
    [InlineData("delete from {0}.mt_events where seq_id = 12", FindingKind.Removed, 12)]
    [InlineData("delete from {0}.mt_events where seq_id between 12 and 14", FindingKind.Removed, 12)]
    [InlineData("delete from {0}.mt_events where seq_id = 12; delete from {0}.skale_digests where seq_id = 12", FindingKind.Removed, 12)]
    [InlineData("delete from {0}.mt_events where seq_id > 17", FindingKind.Truncated, 18)]
    [InlineData("update {0}.skale_seals set note = replace(note, 'time 2026', 'time 2025')", FindingKind.Checkpoint, 0)]
    [InlineData("update {0}.skale_seals set note = 'nothing'", FindingKind.Checkpoint, 0)]
    [InlineData("update {0}.skale_keys set history = 'nothing'", FindingKind.Key, 0)]
    [InlineData("delete from {0}.skale_seals", FindingKind.NotSealed, 0)]
    public async Task what_the_superuser_changed_is_found_in_the_export(string statement, FindingKind kind, long position)
    {
        var place = await postgres.NewPlace();
        await using var log = await place.OpenWriter();
        using var key = await SealedLog.Fill(log, SealedLog.Events(24), 10, 20);
        var superuser = new NpgsqlConnectionStringBuilder(postgres.Database.Owner) { Username = "postgres" }.ToString();
        var schema = PostgresSchema.NameOf(place.Log);
        foreach (var table in (string[])["mt_events", "skale_digests", "skale_seals", "skale_keys"])
        {
            await Database.Execute(superuser, $"alter table {schema}.{table} disable trigger all");
        }

        await Database.Execute(superuser, string.Format(statement, schema));

        var report = await Auditor.AgreesOn(await SealedLog.Export(log));

        Assert.Equal((kind, position), (report.Findings[0].Kind, report.Findings[0].Position));
        Assert.True(report.Findings[0].Kind is not (FindingKind.Changed or FindingKind.DigestChanged) || report.FindingCount == 1, report.Text());
    }
}
