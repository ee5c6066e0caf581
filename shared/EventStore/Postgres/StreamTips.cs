using Npgsql;

namespace Skale.EventStore;

/// <summary>
/// Where streams end: the version and digest of their last event, which the next one names. What is not remembered is asked from the database, for all
/// streams of a batch at once; only the streams used lately are remembered.
/// </summary>
internal sealed class StreamTips(NpgsqlDataSource source, string schema)
{
    private const int MaxStreams = 50_000;
    private readonly Lock gate = new();
    private Dictionary<string, Tip> recent = [];
    private Dictionary<string, Tip> older = [];

    public readonly record struct Tip(long Version, byte[] Digest);

    public void Forget()
    {
        lock (gate)
        {
            (recent, older) = ([], []);
        }
    }

    /// <summary>Where the streams of a stored batch end now.</summary>
    public void Remember(AppendBatch batch)
    {
        lock (gate)
        {
            foreach (var (stream, tip) in batch.Tips)
            {
                if (recent.Count >= MaxStreams)
                {
                    (older, recent) = (recent, []);
                }

                recent[stream] = tip;
            }
        }
    }

    /// <summary>The tips of streams as the database holds them; a stream that has no events is not among them.</summary>
    public Dictionary<string, Tip> Of(AppendBatch batch)
    {
        var tips = new Dictionary<string, Tip>(batch.Keys.Length);
        var unknown = new List<string>();
        lock (gate)
        {
            for (var i = 0; i < batch.Keys.Length; i++)
            {
                var stream = batch.Keys[i];
                if (recent.TryGetValue(stream, out var tip) || older.TryGetValue(stream, out tip))
                {
                    tips[stream] = tip;
                }
                else if (batch.Expected[i] > 0)
                {
                    unknown.Add(stream);
                }
            }
        }

        if (unknown.Count > 0)
        {
            Ask(unknown, tips);
        }

        return tips;
    }

    private void Ask(List<string> streams, Dictionary<string, Tip> tips)
    {
        using var command = source.CreateCommand(
            $"""
            select s.id, s.version, d.digest
            from unnest($1) as u (id) join {schema}.mt_streams s on s.id = u.id
            join {schema}.mt_events e on e.stream_id = s.id and e.version = s.version
            join {schema}.skale_digests d on d.event_id = e.id
            """);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. streams] });
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            tips[row.GetString(0)] = new Tip(row.GetInt64(1), row.GetFieldValue<byte[]>(2));
        }
    }
}
