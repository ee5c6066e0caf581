using System.Globalization;

namespace Skale.EventStore.Tests;

/// <summary>The tables are those of Marten 9.29, column by column: measured there, kept here. A Marten client with automatic schema changes on would drop anything else.</summary>
public sealed class PostgresLayoutTests(PostgresFixture postgres)
{
    [Fact]
    public async Task streams_have_martens_columns() => Assert.Equal(
        [
            "id | character varying | not null | ",
            "type | character varying | null | ",
            "version | bigint | null | ",
            "timestamp | timestamp with time zone | not null | now()",
            "created | timestamp with time zone | not null | now()",
            "tenant_id | character varying | null | '*DEFAULT*'::character varying",
            "is_archived | boolean | null | false",
        ],
        await Columns("mt_streams"));

    [Fact]
    public async Task events_have_martens_columns() => Assert.Equal(
        [
            "seq_id | bigint | not null | ",
            "id | uuid | not null | ",
            "stream_id | character varying | null | ",
            "version | bigint | not null | ",
            "data | jsonb | not null | ",
            "bdata | bytea | null | ",
            "type | character varying(500) | not null | ",
            "timestamp | timestamp with time zone | not null | now()",
            "tenant_id | character varying | null | '*DEFAULT*'::character varying",
            "mt_dotnet_type | character varying | null | ",
            "correlation_id | character varying | null | ",
            "causation_id | character varying | null | ",
            "headers | jsonb | null | ",
            "is_archived | boolean | null | false",
        ],
        await Columns("mt_events"));

    [Fact]
    public async Task keys_and_indexes_are_martens_and_no_others()
    {
        var place = await postgres.NewPlace();
        var schema = PostgresSchema.NameOf(place.Log);

        Assert.Equal(
            [
                "pk_mt_events_stream_and_version | btree (stream_id, version) | True",
                "pkey_mt_events_seq_id | btree (seq_id) | True",
                "pkey_mt_streams_id | btree (id) | True",
            ],
            await Rows($"select i.relname, substring(pg_get_indexdef(i.oid) from 'USING (.*)'), x.indisunique from pg_index x join pg_class i on i.oid = x.indexrelid where x.indrelid in ('{schema}.mt_events'::regclass, '{schema}.mt_streams'::regclass) order by 1"));
        Assert.Equal(
            [
                $"fkey_mt_events_stream_id | FOREIGN KEY (stream_id) REFERENCES {schema}.mt_streams(id) ON DELETE CASCADE",
                "pkey_mt_events_seq_id | PRIMARY KEY (seq_id)",
                "pkey_mt_streams_id | PRIMARY KEY (id)",
            ],
            await Rows($"select conname, pg_get_constraintdef(oid) from pg_constraint where conrelid in ('{schema}.mt_events'::regclass, '{schema}.mt_streams'::regclass) order by 1"));
        Assert.Equal(["1 | 1 | 1"], await Rows($"select seqstart, seqincrement, seqcache from pg_sequence where seqrelid = '{schema}.mt_events_sequence'::regclass"));
        Assert.Equal(
            ["mt_events | r", "mt_events_sequence | S", "mt_streams | r"],
            await Rows($"select relname, relkind from pg_class where relnamespace = '{schema}'::regnamespace and relname like 'mt\\_%' and relkind <> 'i' order by 1"));
        Assert.Equal([$"{schema}.mt_events_sequence"], await Rows($"select pg_get_serial_sequence('{schema}.mt_events', 'seq_id')"));
    }

    [Fact]
    public async Task a_row_is_what_a_default_marten_client_reads()
    {
        var place = await postgres.NewPlace();
        var schema = PostgresSchema.NameOf(place.Log);
        var e = Some.Event("node-1", 1, "x");
        await using var log = await place.OpenWriter();
        await log.Append([e, Some.Event("node-1", 2) with { CausationId = null, CorrelationId = null }]);

        Assert.Equal(
            [
                $$"""1 | {{e.Id}} | node-1 | 1 | {"Note": "x", "Version": 1} |  | node_measured | 2026-11-20 12:00:00.000001+00 | *DEFAULT* |  | {{e.CorrelationId}} | {{e.CausationId}} |  | False""",
                $$"""2 | {{Some.Event("node-1", 2).Id}} | node-1 | 2 | {"Note": "", "Version": 2} |  | node_measured | 2026-11-20 12:00:00.000002+00 | *DEFAULT* |  |  |  |  | False""",
            ],
            await Rows($"select seq_id, id, stream_id, version, data, bdata, type, (timestamp at time zone 'UTC')::text || '+00', tenant_id, mt_dotnet_type, correlation_id, causation_id, headers, is_archived from {schema}.mt_events order by seq_id"));
        Assert.Equal(["node-1 |  | 2 | *DEFAULT* | False"], await Rows($"select id, type, version, tenant_id, is_archived from {schema}.mt_streams"));
        Assert.Equal(["3"], await Rows($"select nextval('{schema}.mt_events_sequence')"));
    }

    /// <summary>Few events go in by a function, many by COPY: one form of row, and the sequence in step.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(3000)]
    public async Task rows_are_alike_however_many_come_at_once(int count)
    {
        var place = await postgres.NewPlace();
        var schema = PostgresSchema.NameOf(place.Log);
        await using var log = await place.OpenWriter();
        await log.Append(Some.Events("node-1", 1, count));
        await log.Append([Some.Event("node-2", 1)]);

        var at = Some.Noon.ToString("yyyy-MM-dd HH:mm:ss+00", CultureInfo.InvariantCulture);
        Assert.Equal(
            [$"{count + 1} | {count + 1}"],
            await Rows(
                $"""
                select count(*), count(*) filter (where headers is null and bdata is null and mt_dotnet_type is null and is_archived = false and tenant_id = '*DEFAULT*'
                    and type = 'node_measured' and timestamp = timestamptz '{at}' + version * interval '1 microsecond'
                    and seq_id = version + case stream_id when 'node-1' then 0 else {count} end)
                from {schema}.mt_events
                """));
        Assert.Equal([$"node-1 | {count}", "node-2 | 1"], await Rows($"select id, version from {schema}.mt_streams order by 1"));
        Assert.Equal([$"{count + 1} | True"], await Rows($"select last_value, is_called from {schema}.mt_events_sequence"));
    }

    private async Task<List<string>> Columns(string table)
    {
        var place = await postgres.NewPlace();
        return await Rows(
            $"""
            select a.attname, format_type(a.atttypid, a.atttypmod), case when a.attnotnull then 'not null' else 'null' end, pg_get_expr(d.adbin, d.adrelid)
            from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
            where a.attrelid = '{PostgresSchema.NameOf(place.Log)}.{table}'::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum
            """);
    }

    private Task<List<string>> Rows(string sql) => Database.Rows(postgres.Database.Owner, sql);
}
