using System.Runtime.CompilerServices;
using Npgsql;

namespace Skale.EventStore;

/// <summary>The evidence of a log in PostgreSQL: <c>skale_digests</c>, <c>skale_seals</c> and <c>skale_keys</c> beside Marten's tables.</summary>
internal sealed class PostgresEvidence(NpgsqlDataSource source, string schema) : ILogEvidence
{
    private const int PageEvents = 2_000;

    /// <summary>A subquery for each row, not a join: no plan of it ever reads the whole table.</summary>
    private string DigestOf => $"select e.seq_id, (select d.digest from {schema}.skale_digests d where d.event_id = e.id) from {schema}.mt_events e";

    public async IAsyncEnumerable<LogLine> ReadLines(long afterPosition = 0, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var tips = new Dictionary<string, Tip>();
        var line = new ByteBuffer();
        for (List<(StoredEvent Event, MerkleHash Digest)> page; (page = await Page(afterPosition, cancellation)).Count > 0; afterPosition = page[^1].Event.Position)
        {
            await LoadTips(page.Where(row => row.Event.Version > 1).Select(row => (row.Event.Stream, row.Event.Version)), tips, cancellation);
            foreach (var (e, digest) in page)
            {
                tips[e.Stream] = new Tip(digest, Write(line, e, digest, tips.GetValueOrDefault(e.Stream)));
                yield return new LogLine(e.Position, line.Written.ToArray(), digest);
            }
        }
    }

    public async IAsyncEnumerable<MerkleHash> ReadDigests(long afterPosition = 0, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        while (true)
        {
            var page = new List<MerkleHash>(PageEvents);
            await using (var command = source.CreateCommand($"{DigestOf} where e.seq_id > $1 order by e.seq_id limit {PageEvents}"))
            {
                command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = afterPosition });
                await using var row = await command.ExecuteReaderAsync(cancellation);
                while (await row.ReadAsync(cancellation))
                {
                    page.Add(row.GetInt64(0) == ++afterPosition && !row.IsDBNull(1) ? Hash(row, 1) : throw new DigestMissingException($"{schema}.skale_digests", afterPosition));
                }
            }

            foreach (var digest in page)
            {
                yield return digest;
            }

            if (page.Count < PageEvents)
            {
                yield break;
            }
        }
    }

    public Task<MerkleFrontier> LoadStart(CancellationToken cancellation = default) => Task.FromResult(new MerkleFrontier());

    public async Task<long> PositionOf(Guid id, CancellationToken cancellation = default)
    {
        await using var command = source.CreateCommand($"select seq_id from {schema}.skale_digests where event_id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        return await command.ExecuteScalarAsync(cancellation) as long? ?? 0;
    }

    public async IAsyncEnumerable<SignedNote> ReadSeals(long afterSize = 0, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        for (SignedNote? seal; (seal = await Seal("where tree_size > $1 order by tree_size limit 1", afterSize, cancellation)) is not null; afterSize = Checkpoint.Parse(seal).Size)
        {
            yield return seal;
        }
    }

    public Task<SignedNote?> LastSeal(CancellationToken cancellation = default) => Seal("where tree_size > $1 order by tree_size desc limit 1", 0, cancellation);

    public async Task AddSeals(IReadOnlyList<SignedNote> seals, CancellationToken cancellation = default)
    {
        await using var command = source.CreateCommand($"insert into {schema}.skale_seals (tree_size, note) select * from unnest($1, $2)");
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. seals.Select(seal => Checkpoint.Parse(seal).Size)] });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. seals.Select(seal => seal.ToString())] });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public async Task<KeyHistory?> LoadKeys(CancellationToken cancellation = default)
    {
        await using var command = source.CreateCommand($"select history from {schema}.skale_keys order by number desc limit 1");
        return await command.ExecuteScalarAsync(cancellation) is string history ? KeyHistory.Parse(SignedNote.Utf8.GetBytes(history), $"{schema}.skale_keys") : null;
    }

    public async Task SaveKeys(KeyHistory keys, CancellationToken cancellation = default)
    {
        await using var command = source.CreateCommand($"insert into {schema}.skale_keys (number, history) values ($1, $2)");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = keys.Statements.Count });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = SignedNote.Utf8.GetString(keys.ToBytes()) });
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The last event of a stream: its digest as recorded, and as it is now.</summary>
    private readonly record struct Tip(MerkleHash Recorded, MerkleHash Present);

    /// <summary>
    /// Writes the line of an event and gives its present digest. What it names as the digest before it is not stored a second time: where record and present
    /// state of the event before do not agree, one of them was changed, and the one with which this line has its recorded digest is the one that was not.
    /// </summary>
    private static MerkleHash Write(ByteBuffer line, StoredEvent e, in MerkleHash recorded, Tip before)
    {
        var data = Canonical(e.Data);
        var present = Write(line, e, data, before.Recorded);
        if (present == recorded || before.Present == before.Recorded)
        {
            return present;
        }

        present = Write(line, e, data, before.Present);
        return present == recorded ? present : Write(line, e, data, before.Recorded);
    }

    private static MerkleHash Write(ByteBuffer line, StoredEvent e, ReadOnlySpan<byte> data, MerkleHash previous)
    {
        line.Truncate(0);
        EventLine.Write(line, e.Position, e.Id, e.Stream, e.Version, e.Type, data, e.At, e.CausationId, e.CorrelationId, e.Headers.IsEmpty ? default : Canonical(e.Headers), e.Version == 1 ? default : previous.Span);
        return MerkleHash.OfLeaf(line.Written);
    }

    private async Task<SignedNote?> Seal(string which, long size, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand($"select note from {schema}.skale_seals {which}");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = size });
        return await command.ExecuteScalarAsync(cancellation) is string note ? SignedNote.Parse(SignedNote.Utf8.GetBytes(note), $"{schema}.skale_seals") : null;
    }

    private async Task<List<(StoredEvent Event, MerkleHash Digest)>> Page(long after, CancellationToken cancellation)
    {
        var page = new List<(StoredEvent, MerkleHash)>(PageEvents);
        var query = $"select {EventRows.Columns}, (select d.digest from {schema}.skale_digests d where d.event_id = e.id) from {schema}.mt_events e where e.seq_id > {after} order by e.seq_id limit {PageEvents}";
        await using var rows = await EventRows.Query(source, query, cancellation);
        while (await rows.Next(cancellation) is { } e)
        {
            page.Add((e, Hash(rows.Extra.Span)));
        }

        return page;
    }

    /// <summary>The digests that streams had before the versions given, for streams not met yet: those that begin in front of the part that is read.</summary>
    private async Task LoadTips(IEnumerable<(string Stream, long Version)> events, Dictionary<string, Tip> tips, CancellationToken cancellation)
    {
        var unknown = events.Where(e => !tips.ContainsKey(e.Stream)).GroupBy(e => e.Stream).Select(s => (Stream: s.Key, Version: s.Min(e => e.Version) - 1)).ToArray();
        if (unknown.Length == 0)
        {
            return;
        }

        await using var command = source.CreateCommand(
            $"""
            select e.stream_id, d.digest from unnest($1, $2) as u (stream, version)
            join {schema}.mt_events e on e.stream_id = u.stream and e.version = u.version
            join {schema}.skale_digests d on d.event_id = e.id
            """);
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. unknown.Select(u => u.Stream)] });
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. unknown.Select(u => u.Version)] });
        await using var row = await command.ExecuteReaderAsync(cancellation);
        while (await row.ReadAsync(cancellation))
        {
            tips[row.GetString(0)] = new Tip(Hash(row, 1), Hash(row, 1));
        }
    }

    /// <summary>jsonb keeps the value, not the text: the canonical form is made again. What somebody changed into something without one is shown as it is.</summary>
    private static ReadOnlySpan<byte> Canonical(ReadOnlyMemory<byte> json)
    {
        try
        {
            return CanonicalJson.Of(json.Span, lossless: true);
        }
        catch (FormatException)
        {
            return json.Span;
        }
    }

    private static MerkleHash Hash(NpgsqlDataReader row, int column) => Hash(row.GetFieldValue<byte[]>(column));

    private static MerkleHash Hash(ReadOnlySpan<byte> bytes) => bytes.Length == MerkleHash.SizeBytes ? new MerkleHash(bytes) : default;
}
