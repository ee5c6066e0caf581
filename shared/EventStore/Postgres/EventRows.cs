using Npgsql;

namespace Skale.EventStore;

/// <summary>
/// The events of one query, as COPY sends them: each row is one message with the bytes of its columns, taken apart here, which costs a fraction of reading it
/// value by value.
/// </summary>
internal sealed class EventRows : IAsyncDisposable
{
    /// <summary>What a query must begin with; one column more may follow.</summary>
    public const string Columns = "seq_id, id, stream_id, version, type, data, timestamp, causation_id, correlation_id, headers";

    private const int RowBytes = 4_096;
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlRawCopyStream copy;
    private byte[] buffer = new byte[RowBytes];
    private int start;
    private int end;

    private EventRows(NpgsqlConnection connection, NpgsqlRawCopyStream copy) => (this.connection, this.copy) = (connection, copy);

    /// <param name="query">Takes no parameters: COPY knows none.</param>
    public static async Task<EventRows> Query(NpgsqlDataSource source, string query, CancellationToken cancellation)
    {
        var connection = await source.OpenConnectionAsync(cancellation);
        try
        {
            var rows = new EventRows(connection, await connection.BeginRawBinaryCopyAsync($"copy ({query}) to stdout (format binary)", cancellation));
            await rows.SkipHeader(cancellation);
            return rows;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>A text in a query, safe whatever is in it and however the server reads its quotes.</summary>
    public static string Literal(string text) => $"convert_from(decode('{Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(text))}', 'hex'), 'UTF8')::varchar";

    /// <summary>The next event; null at the end.</summary>
    public async ValueTask<StoredEvent?> Next(CancellationToken cancellation)
    {
        EventRow row;
        while (!EventRow.TryRead(buffer.AsSpan(start, end - start), out row))
        {
            await Receive(cancellation);
        }

        start += row.Length;
        Extra = row.Extra;
        return row.Event;
    }

    /// <summary>What the last event has in the column behind its own; empty when there is none, or nothing in it.</summary>
    public ReadOnlyMemory<byte> Extra { get; private set; }

    /// <summary>What was not read is passed over.</summary>
    public async ValueTask DisposeAsync()
    {
        await copy.DisposeAsync();
        await connection.DisposeAsync();
    }

    private async Task SkipHeader(CancellationToken cancellation)
    {
        while (end < EventRow.HeaderBytes)
        {
            await Receive(cancellation);
        }

        start = EventRow.HeaderBytes;
    }

    /// <summary>Adds what comes next, a row or a part of one, to what is not consumed.</summary>
    private async ValueTask Receive(CancellationToken cancellation)
    {
        if (start == end)
        {
            (start, end) = (0, 0);
        }
        else if (end == buffer.Length)
        {
            var larger = start > 0 ? buffer : new byte[buffer.Length * 2];
            buffer.AsSpan(start, end - start).CopyTo(larger);
            (buffer, start, end) = (larger, 0, end - start);
        }

        var count = await copy.ReadAsync(buffer.AsMemory(end), cancellation);
        end += count > 0 ? count : throw new NpgsqlException("The server ended a COPY in the middle of a row.");
    }
}
