using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Npgsql;

namespace Skale.EventStore;

/// <summary>
/// Reads committed events page by page, so that a slow consumer holds neither a connection nor a snapshot; one page is read ahead of the one that is consumed.
/// </summary>
internal sealed class PostgresReader(NpgsqlDataSource source, string schema)
{
    private const int PageEvents = 4_000;
    private const int ChunkEvents = 100;
    private const int PagesAhead = 2;

    /// <summary>What <see cref="Event"/> reads, in its order.</summary>
    public const string Columns = "seq_id, id, stream_id, version, type, data, timestamp, causation_id::uuid, correlation_id::uuid, headers";

    public const int ColumnCount = 10;

    public async Task<long> Head(CancellationToken cancellation)
    {
        await using var command = source.CreateCommand($"select coalesce(max(seq_id), 0) from {schema}.mt_events");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    public IAsyncEnumerable<StoredEvent> ReadAll(long afterPosition, CancellationToken cancellation) =>
        Pages($"select {Columns} from {schema}.mt_events where seq_id > $1 order by seq_id limit {PageEvents}", afterPosition, null, e => e.Position, cancellation);

    public IAsyncEnumerable<StoredEvent> ReadStream(string stream, long afterVersion, CancellationToken cancellation) =>
        Pages($"select {Columns} from {schema}.mt_events where version > $1 and stream_id = $2 order by version limit {PageEvents}", afterVersion, stream, e => e.Version, cancellation);

    private async IAsyncEnumerable<StoredEvent> Pages(
        string sql, long after, string? stream, Func<StoredEvent, long> place, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var room = new SemaphoreSlim(PagesAhead);
        var chunks = Channel.CreateUnbounded<Chunk>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var reading = Task.Run(() => Read(sql, after, stream, place, room, chunks.Writer, stop.Token), cancellation);
        try
        {
            await foreach (var chunk in chunks.Reader.ReadAllAsync(cancellation))
            {
                foreach (var e in chunk.Events)
                {
                    yield return e;
                }

                if (chunk.EndsPage)
                {
                    room.Release();
                }
            }
        }
        finally
        {
            await stop.CancelAsync(); // also when the consumer leaves early
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Hands over a page in small parts: what is consumed at once is young when it becomes garbage.</summary>
    private async Task Read(
        string sql, long after, string? stream, Func<StoredEvent, long> place, SemaphoreSlim room, ChannelWriter<Chunk> chunks, CancellationToken cancellation)
    {
        try
        {
            for (var count = PageEvents; count == PageEvents;)
            {
                await room.WaitAsync(cancellation);
                await using var command = source.CreateCommand(sql);
                command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = after });
                if (stream is not null)
                {
                    command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = stream });
                }

                await using var row = await command.ExecuteReaderAsync(cancellation);
                var events = new List<StoredEvent>(ChunkEvents);
                for (count = 0; await row.ReadAsync(cancellation);)
                {
                    events.Add(Event(row));
                    if (++count % ChunkEvents == 0)
                    {
                        after = place(events[^1]);
                        chunks.TryWrite(new Chunk(events, count == PageEvents));
                        events = new List<StoredEvent>(ChunkEvents);
                    }
                }

                chunks.TryWrite(new Chunk(events, EndsPage: false));
            }

            chunks.Complete();
        }
        catch (Exception e)
        {
            chunks.Complete(e);
        }
    }

    public static StoredEvent Event(NpgsqlDataReader row) => new(
        row.GetInt64(0),
        row.GetGuid(1),
        row.GetString(2),
        row.GetInt64(3),
        row.GetString(4),
        row.GetFieldValue<byte[]>(5),
        new DateTimeOffset(row.GetDateTime(6)),
        row.IsDBNull(7) ? null : row.GetGuid(7),
        row.IsDBNull(8) ? null : row.GetGuid(8),
        row.IsDBNull(9) ? default : row.GetFieldValue<byte[]>(9));

    private sealed record Chunk(List<StoredEvent> Events, bool EndsPage);
}
