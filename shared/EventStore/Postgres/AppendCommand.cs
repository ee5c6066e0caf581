using Npgsql;
using NpgsqlTypes;

namespace Skale.EventStore;

/// <summary>The one statement a writer sends for each commit, prepared on its connection: one round trip, one transaction.</summary>
internal sealed class AppendCommand(NpgsqlConnection connection, string schema) : IAsyncDisposable
{
    private readonly NpgsqlCommand command = new($"select {schema}.skale_append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)", connection)
    {
        Parameters =
        {
            Of(NpgsqlDbType.Bigint, scalar: true),
            Of(NpgsqlDbType.Varchar), Of(NpgsqlDbType.Bigint), Of(NpgsqlDbType.Bigint),
            Of(NpgsqlDbType.Uuid), Of(NpgsqlDbType.Varchar), Of(NpgsqlDbType.Bigint), Of(NpgsqlDbType.Varchar),
            Of(NpgsqlDbType.Jsonb), Of(NpgsqlDbType.TimestampTz), Of(NpgsqlDbType.Varchar), Of(NpgsqlDbType.Varchar),
        },
    };

    public static async Task<AppendCommand> Prepare(NpgsqlConnection connection, string schema, CancellationToken cancellation)
    {
        var append = new AppendCommand(connection, schema);
        await append.command.PrepareAsync(cancellation);
        return append;
    }

    /// <returns>The position of the last event.</returns>
    public async Task<long> Execute(long epoch, AppendBatch batch)
    {
        object[] values =
        [
            epoch, batch.Keys, batch.Expected, batch.Latest, batch.Ids, batch.Streams, batch.Versions, batch.Types, batch.Datas, batch.Times, batch.Causations, batch.Correlations,
        ];
        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i];
        }

        return (long)(await command.ExecuteScalarAsync())!;
    }

    public async ValueTask DisposeAsync()
    {
        await command.DisposeAsync();
        await connection.DisposeAsync();
    }

    private static NpgsqlParameter Of(NpgsqlDbType type, bool scalar = false) => new() { NpgsqlDbType = scalar ? type : NpgsqlDbType.Array | type };
}
