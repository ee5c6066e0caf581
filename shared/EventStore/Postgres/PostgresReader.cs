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

    public async Task<long> Head(CancellationToken cancellation)
    {
        await using var command = source.CreateCommand($"select coalesce(max(seq_id), 0) from {schema}.mt_events");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    public IAsyncEnumerable<StoredEvent> ReadAll(long afterPosition, CancellationToken cancellation) =>
        Pages(after => $"seq_id > {after} order by seq_id", afterPosition, e => e.Position, cancellation);

    public IAsyncEnumerable<StoredEvent> ReadStream(string stream, long afterVersion, CancellationToken cancellation) =>
        Pages(after => $"version > {after} and stream_id = {EventRows.Literal(stream)} order by version", afterVersion, e => e.Version, cancellation);

    private async IAsyncEnumerable<StoredEvent> Pages(
        Func<long, string> behind, long after, Func<StoredEvent, long> place, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var room = new SemaphoreSlim(PagesAhead);
        var chunks = Channel.CreateUnbounded<Chunk>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var reading = Task.Run(() => Read(behind, after, place, room, chunks.Writer, stop.Token), cancellation);
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
        Func<long, string> behind, long after, Func<StoredEvent, long> place, SemaphoreSlim room, ChannelWriter<Chunk> chunks, CancellationToken cancellation)
    {
        try
        {
            for (var count = PageEvents; count == PageEvents;)
            {
                await room.WaitAsync(cancellation);
                await using var rows = await EventRows.Query(source, $"select {EventRows.Columns} from {schema}.mt_events where {behind(after)} limit {PageEvents}", cancellation);
                var events = new List<StoredEvent>(ChunkEvents);
                for (count = 0; await rows.Next(cancellation) is { } e;)
                {
                    events.Add(e);
                    if (++count % ChunkEvents == 0)
                    {
                        after = place(e);
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

    private sealed record Chunk(List<StoredEvent> Events, bool EndsPage);
}
