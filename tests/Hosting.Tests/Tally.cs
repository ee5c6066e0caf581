using Skale.Contracts;
using Skale.EventStore;

namespace Skale.Hosting.Tests;

/// <summary>The process has started.</summary>
internal sealed record TallyStarted(DateTimeOffset At);

/// <summary>Something was counted; a number that was counted already is a repeat.</summary>
internal sealed record Counted(string Key, long Number);

/// <summary>As <see cref="Counted"/>, but said by a node's agent: it names as its cause the order it answers, not the message it came in.</summary>
internal sealed record CountReported(string Key, long Report) : IReport
{
    public NodeId Node => new(1);
}

/// <summary>What the saga makes of every tenth.</summary>
internal sealed record TenthReached(string Key, long Count);

/// <summary>An input that the rules record however often it comes.</summary>
internal sealed record Chimed(string Text);

/// <summary>A log small enough to see through: it counts numbers by key, and its one saga speaks at every tenth.</summary>
internal sealed class Tally
{
    public Dictionary<string, HashSet<long>> Seen { get; } = [];

    public Dictionary<string, long> Told { get; } = [];

    public int Starts { get; set; }

    public int Chimes { get; set; }

    public int Count(string key) => Seen.GetValueOrDefault(key)?.Count ?? 0;
}

internal sealed class TallyDecider : IDecider<Tally>
{
    public const string Impossible = "impossible";
    public const string Faulty = "faulty";

    /// <summary>A key that no store takes as part of a stream's name.</summary>
    public const string Unstorable = "line\nbreak";

    public static EventTypes Types { get; } = new EventTypes()
        .Add<TallyStarted>("tally_started").Add<Counted>("counted").Add<CountReported>("count_reported").Add<TenthReached>("tenth_reached").Add<Chimed>("chimed")
        .Upcast("counted_v0", old => new Counted(old.GetProperty("Name").GetString()!, old.GetProperty("Number").GetInt64()));

    public static LogDefinition<Tally> Definition(string name = "tally", Func<object, object?>? announce = null, bool start = true) =>
        new(name, Types, new TallyDecider(), announce ?? Announce, start ? (_, now) => new TallyStarted(now) : null, InputOf: stored => stored is TenthReached ? null : stored);

    public static ChainActivated? Announce(object stored) => stored is TenthReached e ? new(new($"{e.Key}-{e.Count}"), DateTimeOffset.UnixEpoch) : null;

    public static Input Count(string key, long number) => new(new Counted(key, number), EventId.Of($"{key}/{number}"));

    public Tally Initial() => new();

    public void Evolve(Tally state, object stored)
    {
        switch (stored)
        {
            case TallyStarted:
                state.Starts++;
                break;
            case Chimed:
                state.Chimes++;
                break;
            case Counted e:
                (state.Seen.TryGetValue(e.Key, out var seen) ? seen : state.Seen[e.Key] = []).Add(e.Number);
                break;
            case CountReported e:
                (state.Seen.TryGetValue(e.Key, out var reported) ? reported : state.Seen[e.Key] = []).Add(e.Report);
                break;
            case TenthReached e:
                state.Told[e.Key] = e.Count;
                break;
        }
    }

    public IReadOnlyList<object> Decide(Tally state, object input, DateTimeOffset now) => input switch
    {
        Counted { Key: Impossible } => throw new ImpossibleInputException("This cannot be."),
        Counted { Key: Faulty } => throw new InvalidOperationException("A fault in the rules."),
        Counted e when state.Seen.GetValueOrDefault(e.Key)?.Contains(e.Number) ?? false => [],
        _ => [input],
    };

    public IReadOnlyList<object> Next(Tally state, DateTimeOffset now) =>
    [
        .. state.Seen.Where(s => s.Value.Count >= state.Told.GetValueOrDefault(s.Key) + 10).Select(s => new TenthReached(s.Key, state.Told.GetValueOrDefault(s.Key) + 10)),
    ];

    public string StreamOf(object stored) => stored switch
    {
        Counted e => $"key-{e.Key}",
        CountReported e => $"key-{e.Key}",
        TenthReached e => $"key-{e.Key}",
        _ => "tally",
    };
}
