using System.Text;

namespace Skale.EventStore;

/// <summary>Events of one transaction, taken apart into the arrays that the functions of the schema take.</summary>
internal sealed class AppendBatch
{
    private readonly IReadOnlyList<NewEvent> events;
    private HashSet<string>? keySet;
    private HashSet<Guid>? idSet;

    private AppendBatch(IReadOnlyList<NewEvent> events)
    {
        this.events = events;
        var count = events.Count;
        Digests = new byte[count][];
        Ids = new Guid[count];
        Streams = new string[count];
        Versions = new long[count];
        Types = new string[count];
        Datas = new ReadOnlyMemory<byte>[count];
        Times = new DateTime[count];
        Causations = new string?[count];
        Correlations = new string?[count];
        Headers = new string?[count];
    }

    public Guid[] Ids { get; }

    public string[] Streams { get; }

    public long[] Versions { get; }

    public string[] Types { get; }

    public ReadOnlyMemory<byte>[] Datas { get; }

    public DateTime[] Times { get; }

    public string?[] Causations { get; }

    public string?[] Correlations { get; }

    public string?[] Headers { get; }

    /// <summary>Made one after the other by <see cref="Link"/>.</summary>
    public byte[][] Digests { get; }

    /// <summary>Where its streams end once it is stored; made by <see cref="Link"/>.</summary>
    public Dictionary<string, StreamTips.Tip> Tips { get; private set; } = [];

    public int Count => events.Count;

    /// <summary>The streams touched, the version each must be at, and the version each will be at.</summary>
    public string[] Keys { get; private init; } = [];

    public long[] Expected { get; private init; } = [];

    public long[] Latest { get; private init; } = [];

    /// <exception cref="VersionConflictException">Versions of a stream do not follow each other within the batch.</exception>
    public static AppendBatch Of(string log, IReadOnlyList<NewEvent> events)
    {
        var steps = new Dictionary<string, (long Expected, long Latest)>();
        foreach (var e in events)
        {
            var step = steps.TryGetValue(e.Stream, out var begun) ? begun : (Expected: e.Version - 1, Latest: e.Version - 1);
            steps[e.Stream] = e.Version == step.Latest + 1
                ? (step.Expected, e.Version)
                : throw new VersionConflictException(log, e.Stream, e.Version - 1, step.Latest);
        }

        var batch = new AppendBatch(events)
        {
            Keys = [.. steps.Keys],
            Expected = [.. steps.Values.Select(s => s.Expected)],
            Latest = [.. steps.Values.Select(s => s.Latest)],
        };
        for (var i = 0; i < events.Count; i++)
        {
            batch.Set(i, events[i]);
        }

        return batch;
    }

    /// <summary>Whether the two touch no stream and no event id in common: neither transaction waits for the other.</summary>
    public bool IsApartFrom(AppendBatch other) => !(keySet ??= [.. Keys]).Overlaps(other.Keys) && !(idSet ??= [.. Ids]).Overlaps(other.Ids);

    /// <summary>
    /// Makes the digests, each naming the one before in its stream, for events that follow a base position; yields the index of each event when its digest
    /// is there. Turns the tips before the batch into those behind it. A stream that is not where the batch expects it gets digests of no meaning: the database refuses it.
    /// </summary>
    public IEnumerable<int> Link(long basePosition, Dictionary<string, StreamTips.Tip> tips)
    {
        var line = new ByteBuffer();
        Tips = tips;
        for (var i = 0; i < events.Count; i++)
        {
            var e = events[i];
            line.Truncate(0);
            var previous = e.Version == 1 ? [] : tips.GetValueOrDefault(e.Stream).Digest ?? new byte[MerkleHash.SizeBytes];
            EventLine.Write(line, basePosition + i + 1, e.Id, e.Stream, e.Version, e.Type, e.Data.Span, e.At, e.CausationId, e.CorrelationId, e.Headers.Span, previous);
            Digests[i] = MerkleHash.OfLeaf(line.Written).Span.ToArray();
            tips[e.Stream] = new StreamTips.Tip(e.Version, Digests[i]);
            yield return i;
        }
    }

    private void Set(int i, NewEvent e)
    {
        Ids[i] = e.Id;
        Streams[i] = e.Stream;
        Versions[i] = e.Version;
        Types[i] = e.Type;
        Datas[i] = e.Data;
        Times[i] = e.At.UtcDateTime;
        Causations[i] = e.CausationId?.ToString("D");
        Headers[i] = e.Headers.IsEmpty ? null : Encoding.UTF8.GetString(e.Headers.Span);
        Correlations[i] = e.CorrelationId?.ToString("D");
    }
}
