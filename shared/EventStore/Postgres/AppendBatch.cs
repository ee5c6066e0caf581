namespace Skale.EventStore;

/// <summary>Events of one transaction, taken apart into the arrays that <c>skale_append</c> takes.</summary>
internal sealed class AppendBatch
{
    private AppendBatch(int count)
    {
        Ids = new Guid[count];
        Streams = new string[count];
        Versions = new long[count];
        Types = new string[count];
        Datas = new ReadOnlyMemory<byte>[count];
        Times = new DateTime[count];
        Causations = new string?[count];
        Correlations = new string?[count];
    }

    public Guid[] Ids { get; }

    public string[] Streams { get; }

    public long[] Versions { get; }

    public string[] Types { get; }

    public ReadOnlyMemory<byte>[] Datas { get; }

    public DateTime[] Times { get; }

    public string?[] Causations { get; }

    public string?[] Correlations { get; }

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

        var batch = new AppendBatch(events.Count)
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

    private void Set(int i, NewEvent e)
    {
        Ids[i] = e.Id;
        Streams[i] = e.Stream;
        Versions[i] = e.Version;
        Types[i] = e.Type;
        Datas[i] = e.Data;
        Times[i] = e.At.UtcDateTime;
        Causations[i] = e.CausationId?.ToString("D");
        Correlations[i] = e.CorrelationId?.ToString("D");
    }
}
