using System.Text;
using Skale.EventStore;
using Skale.Servers;
using static Skale.Hosting.Tests.TallyDecider;

namespace Skale.Hosting.Tests;

/// <summary>Logs that a real writer wrote, decided again: as they are, with other rules, and altered afterwards.</summary>
public sealed class ReplayTests : IAsyncLifetime
{
    /// <summary>The start, 25 numbers, and the saga after the tenth and the twentieth: positions 12 and 23.</summary>
    private const int Counts = 25, Events = 28, FirstTenth = 12;

    private readonly string folder = Repository.NewFolder("replay");
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task a_log_is_decided_as_it_was()
    {
        await Write([.. Enumerable.Range(1, Counts).Select(n => Count("a", n))]);
        Assert.Equal(new ReplayResult(Events - 2, Events, null), await Replayed());
    }

    [Fact]
    public async Task an_empty_log_is_as_it_was() => Assert.Equal(new ReplayResult(0, 0, null), await Replayed());

    /// <summary>Ids follow from the message a report came in, which the log does not hold; what names the report as its cause is compared all the same.</summary>
    [Fact]
    public async Task reports_that_name_their_order_are_decided_as_they_were()
    {
        await Write([.. Enumerable.Range(1, 10).Select(n => new Input(new CountReported("a", n), EventId.Of($"message {n}"), EventId.Of("story"), n % 2 == 0 ? EventId.Of("order") : null))]);
        Assert.Equal(new ReplayResult(11, 12, null), await Replayed());

        var result = await Replayed(e => e.Type == "tenth_reached" ? e with { CausationId = EventId.Of("message 10") } : e);
        Assert.Equal((12, "not alike: cause"), (result.Difference!.Position, result.Difference.Reason));
    }

    [Fact]
    public async Task other_rules_part_from_history_where_they_decide_otherwise_first()
    {
        await Write([.. Enumerable.Range(1, Counts).Select(n => Count("a", n))]);
        var sooner = await Replayed(rules: new EveryFifth());
        Assert.Equal((7, "counted", "tenth_reached"), (sooner.Difference!.Position, sooner.Difference.History!.Type, sooner.Difference.Now!.Type));
        Assert.StartsWith("not alike: type, ", sooner.Difference.Reason, StringComparison.Ordinal);

        var never = await Replayed(rules: new EveryFifth { Every = 1000 });
        Assert.Equal((FirstTenth, (NewEvent?)null), (never.Difference!.Position, never.Difference.Now));
        Assert.Contains("no input decides this now", never.Difference.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("type")]
    [InlineData("stream")]
    [InlineData("version")]
    [InlineData("time")]
    [InlineData("cause")]
    [InlineData("correlation")]
    [InlineData("id")]
    [InlineData("data.Count")]
    [InlineData("data.More")]
    public async Task what_was_altered_is_named_with_its_position(string part)
    {
        await Write([.. Enumerable.Range(1, Counts).Select(n => Count("a", n))]);
        var result = await Replayed(e => e.Position != FirstTenth ? e : part switch
        {
            "type" => e with { Type = "chimed" },
            "stream" => e with { Stream = "key-b" },
            "version" => e with { Version = 12 },
            "time" => e with { At = e.At.AddMicroseconds(1) },
            "cause" => e with { CausationId = Guid.NewGuid() },
            "correlation" => e with { CorrelationId = Guid.NewGuid() },
            "id" => e with { Id = Guid.NewGuid() },
            "data.Count" => e with { Data = """{"Key":"a","Count":11}"""u8.ToArray() },
            _ => e with { Data = """{"Key":"a","Count":10,"More":1}"""u8.ToArray() },
        });
        Assert.Equal((FirstTenth, $"not alike: {part}"), (result.Difference!.Position, result.Difference.Reason));
        Assert.Equal(FirstTenth - 1, result.Events);
    }

    [Theory]
    [InlineData(5, "the rules refuse this now: This cannot be.", """{"Key":"impossible","Number":4}""")]
    [InlineData(5, "the input has no effect now", """{"Key":"a","Number":3}""")]
    [InlineData(5, "cannot be read", """{"Key":4}""")]
    [InlineData(5, "not alike: stream, version", """{"Key":"b","Number":4}""")]
    [InlineData(5, "not alike: data.More", """{"Key":"a","Number":4,"More":1}""")]
    public async Task an_altered_input_is_found_by_itself_or_by_what_follows(int position, string reason, string data)
    {
        await Write([.. Enumerable.Range(1, 9).Select(n => Count("a", n)), new Input(new Chimed("x"), EventId.Of("x"))]);
        var result = await Replayed(e => e.Position == position ? e with { Data = Encoding.UTF8.GetBytes(data) } : e);
        Assert.Contains(reason, result.Difference!.Reason, StringComparison.Ordinal);
        Assert.Equal(position, result.Difference.Position);
    }

    [Theory]
    [InlineData(1, 1, "goes on with position 2")]
    [InlineData(7, 7, "goes on with position 8")]
    [InlineData(FirstTenth, FirstTenth, "goes on with position 13")]
    public async Task a_missing_event_is_named(int taken, int position, string reason)
    {
        await Write([.. Enumerable.Range(1, Counts).Select(n => Count("a", n))]);
        var result = await Replayed(e => e.Position == taken ? null : e);
        Assert.Equal(position, result.Difference!.Position);
        Assert.Contains(reason, result.Difference.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_log_that_ends_inside_of_a_decision_is_told()
    {
        await Write([.. Enumerable.Range(1, 10).Select(n => Count("a", n))]);
        var result = await Replayed(e => e.Position == FirstTenth ? null : e);
        Assert.Equal((FirstTenth, "tenth_reached", (StoredEvent?)null), (result.Difference!.Position, result.Difference.Now!.Type, result.Difference.History));
        Assert.Contains("the log ends here", result.Difference.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task spelling_is_no_difference_and_old_versions_are_read_as_the_present_one()
    {
        await Write([.. Enumerable.Range(1, Counts).Select(n => Count("a", n))]);
        var result = await Replayed(e => e.Type switch
        {
            "tenth_reached" => e with { Data = Encoding.UTF8.GetBytes($$"""{ "Count" : {{e.Position / 11}}0.0, "Key" : "\u0061" }""") },
            "counted" when e.Position == 2 => e with { Type = "counted_v0", Data = """{"Name":"a","Number":1}"""u8.ToArray() },
            _ => e,
        });
        Assert.Null(result.Difference);
    }

    [Fact]
    public async Task a_log_that_keeps_no_inputs_is_refused()
    {
        await using var log = Open();
        var refusal = await Assert.ThrowsAsync<ArgumentException>(() => Replay.Run(Definition() with { InputOf = null }, log, cancellation: Cancellation));
        Assert.Contains("does not keep its inputs", refusal.Message, StringComparison.Ordinal);
    }

    private JournalLog Open() => JournalLog.Open(folder, "tally");

    private async Task Write(params Input[] inputs)
    {
        await using var log = Open();
        using var stopping = new CancellationTokenSource();
        var writer = new LogWriter<Tally>(Definition(), TimeProvider.System, _ => { });
        await writer.Load(log, stopping.Token);
        var running = writer.Run(stopping.Token);
        await Task.WhenAll(inputs.Select(writer.Submit)).Soon();
        await stopping.CancelAsync();
        await Task.WhenAny(running);
    }

    private async Task<ReplayResult> Replayed(Func<StoredEvent, StoredEvent?>? alter = null, IDecider<Tally>? rules = null)
    {
        await using var log = Open();
        return await Replay.Run(Definition() with { Decider = rules ?? new TallyDecider() }, new AlteredLog(log, alter ?? (e => e)), cancellation: Cancellation);
    }

    /// <summary>Another version of the rules.</summary>
    private sealed class EveryFifth : IDecider<Tally>
    {
        private readonly TallyDecider rules = new();

        public int Every { get; init; } = 5;

        public Tally Initial() => rules.Initial();

        public void Evolve(Tally state, object stored) => rules.Evolve(state, stored);

        public IReadOnlyList<object> Decide(Tally state, object input, DateTimeOffset now) => rules.Decide(state, input, now);

        public IReadOnlyList<object> Next(Tally state, DateTimeOffset now) =>
            [.. state.Seen.Where(s => s.Value.Count >= state.Told.GetValueOrDefault(s.Key) + Every).Select(s => new TenthReached(s.Key, state.Told.GetValueOrDefault(s.Key) + Every))];

        public string StreamOf(object stored) => rules.StreamOf(stored);
    }
}
