using Npgsql;
using NpgsqlTypes;

namespace Skale.EventStore;

/// <summary>The snapshot of a log's state: the table <c>skale_snapshot</c>, in parts, replaced in one transaction.</summary>
internal static class PostgresSnapshots
{
    private const int PartBytes = 1 << 20;

    public static async Task<Stream?> Open(NpgsqlDataSource source, string schema, CancellationToken cancellation)
    {
        var whole = new MemoryStream();
        await using var command = source.CreateCommand($"select data from {schema}.skale_snapshot order by part");
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            whole.Write(row.GetFieldValue<byte[]>(0));
        }

        return whole.Length > 0 ? whole : null;
    }

    public static async Task Save(NpgsqlDataSource source, string schema, Action<Stream> write, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var delete = new NpgsqlCommand($"delete from {schema}.skale_snapshot", connection, transaction))
        {
            await delete.ExecuteNonQueryAsync(cancellation);
        }

        await using (var copy = await connection.BeginBinaryImportAsync($"copy {schema}.skale_snapshot (part, data) from stdin (format binary)", cancellation))
        {
            using (var parts = new BufferedStream(new Parts(copy), PartBytes))
            {
                write(parts);
            }

            await copy.CompleteAsync(cancellation);
        }

        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Every write is a row.</summary>
    private sealed class Parts(NpgsqlBinaryImporter copy) : Stream
    {
        private int part;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            copy.StartRow();
            copy.Write(++part, NpgsqlDbType.Integer);
            copy.Write(buffer.ToArray(), NpgsqlDbType.Bytea);
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
