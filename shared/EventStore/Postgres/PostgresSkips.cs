using Npgsql;

namespace Skale.EventStore;

/// <summary>Requests to skip events: the table <c>skale_relay_skips</c>.</summary>
internal static class PostgresSkips
{
    public static async Task Add(NpgsqlDataSource source, string schema, SkipRequest request, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(
            $"insert into {schema}.skale_relay_skips (position, reason, requested_by, requested_at) values ($1, $2, $3, $4) on conflict (position) do nothing");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = request.Position });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = request.Reason });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = request.By });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = request.At.UtcDateTime });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public static async Task<IReadOnlyList<SkipRequest>> Read(NpgsqlDataSource source, string schema, long afterPosition, CancellationToken cancellation)
    {
        var requests = new List<SkipRequest>();
        await using var command = source.CreateCommand(
            $"select position, reason, requested_by, requested_at from {schema}.skale_relay_skips where position > $1 order by position");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = afterPosition });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            requests.Add(new SkipRequest(row.GetInt64(0), row.GetString(1), row.GetString(2), new DateTimeOffset(row.GetDateTime(3))));
        }

        return requests;
    }
}
