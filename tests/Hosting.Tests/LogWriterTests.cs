using Skale.EventStore;
using Skale.Servers;
using static Skale.Hosting.Tests.TallyDecider;

namespace Skale.Hosting.Tests;

/// <summary>The single writer over a real journal.</summary>
public sealed partial class LogWriterTests : IAsyncLifetime
{
    private readonly TroubledLog log = new(JournalLog.Open(Repository.NewFolder("writer"), "tally"));
    private readonly CancellationTokenSource stopping = new();
    private readonly List<Exception?> troubles = [];
    private Task? running;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAny(running ?? Task.CompletedTask);
        await log.DisposeAsync();
        stopping.Dispose();
    }

    [Fact]
    public async Task the_start_is_recorded_before_anything_else()
    {
        var writer = new LogWriter<Tally>(Definition(), TimeProvider.System, troubles.Add);
        var early = writer.Submit(Count("a", 1));
        await Run(writer);
        await early.Soon();
        Assert.Equal(["tally_started", "counted"], (await Stored()).Select(e => e.Type));
    }

    [Fact]
    public async Task inputs_that_wait_together_are_committed_together()
    {
        var writer = await Started();
        var gate = Hold();
        var first = writer.Submit(Count("a", 0));
        await Wait.Until("the first append to be under way", () => log.Appends == 2, Wait.Patience, TestContext.Current.CancellationToken);
        var rest = Enumerable.Range(1, 100).Select(n => writer.Submit(Count("a", n))).ToArray();
        gate.SetResult();
        await Task.WhenAll([first, .. rest]).Soon();
        Assert.Equal(3, log.Appends);
    }

    [Fact]
    public async Task an_input_is_answered_only_after_its_commit()
    {
        var writer = await Started();
        var gate = Hold();
        var answer = writer.Submit(Count("a", 1));
        await Wait.Until("the append to be under way", () => log.Appends == 2, Wait.Patience, TestContext.Current.CancellationToken);
        Assert.False(answer.IsCompleted);
        Assert.Empty(await log.ReadStream("key-a", 0, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));
        gate.SetResult();
        Assert.Equal([new Counted("a", 1)], await answer.Soon());
    }

    [Fact]
    public async Task what_follows_is_committed_with_its_input_and_names_it_as_cause()
    {
        var writer = await Started();
        for (var n = 1; n <= 10; n++)
        {
            await writer.Submit(Count("a", n)).Soon();
        }

        var last = (await Stored())[^2..];
        var cause = Count("a", 10).Cause;
        Assert.Equal(["counted", "tenth_reached"], last.Select(e => e.Type));
        Assert.Equal([EventId.Of("tally", cause, 0), EventId.Of("tally", cause, 1)], last.Select(e => e.Id));
        Assert.Equal([cause, last[0].Id], last.Select(e => e.CausationId!.Value));
        Assert.Equal([10, 11], last.Select(e => e.Version));
    }

    [Theory]
    [InlineData(Impossible, "This cannot be.")]
    [InlineData(Faulty, "A fault in the rules.")]
    [InlineData(Unstorable, "no control characters")]
    public async Task an_input_that_cannot_be_recorded_fails_alone(string key, string because)
    {
        var writer = await Started();
        var gate = Hold();
        var answers = new[] { Count("a", 1), Count("a", 2), Count(key, 3), Count("a", 4) }.Select(writer.Submit).ToArray();
        gate.SetResult();
        Assert.Contains(because, (await Assert.ThrowsAnyAsync<Exception>(() => answers[2].Soon())).Message, StringComparison.Ordinal);
        await Task.WhenAll(answers[0], answers[1], answers[3]).Soon();
        Assert.Equal(3, await writer.Read(t => t.Count("a")).Soon());
        Assert.Equal(4, (await Stored()).Count);
    }

    [Fact]
    public async Task while_the_store_is_away_the_input_is_tried_again()
    {
        var writer = await Started();
        log.FailNext(new IOException("away")).FailNext(new TimeoutException("still away"));
        await writer.Submit(Count("a", 1)).Soon();
        Assert.Equal([null, "away", "still away", null], troubles.Select(t => t?.Message));
        Assert.Equal(2, (await Stored()).Count);
    }

    [Fact]
    public async Task an_append_that_took_effect_and_failed_is_not_repeated()
    {
        var writer = await Started();
        log.FailNext(new IOException("the answer was lost"), takesEffect: true);
        var outcome = await writer.Submit(Count("a", 1)).Soon();
        Assert.Equal([new Counted("a", 1)], outcome);
        Assert.Equal((2, 2), ((await Stored()).Count, log.Appends));
    }

    /// <summary>The rules cannot tell such an input from a new one; the id of its event can.</summary>
    [Fact]
    public async Task an_append_of_what_has_no_repeats_is_not_repeated_either()
    {
        var writer = await Started();
        log.FailNext(new IOException("the answer was lost"), takesEffect: true);
        await writer.Submit(new Input(new Chimed("noon"), EventId.Of("noon"))).Soon();
        await writer.Submit(new Input(new Chimed("noon"), EventId.Of("noon"))).Soon();
        await writer.Submit(Count("a", 1)).Soon();
        Assert.Equal(["tally_started", "chimed", "counted"], (await Stored()).Select(e => e.Type));
        Assert.Equal(1, await writer.Read(t => t.Chimes).Soon());
    }

    [Fact]
    public async Task a_repeat_decides_nothing_and_appends_nothing()
    {
        var writer = await Started();
        await writer.Submit(Count("a", 1)).Soon();
        Assert.Empty(await writer.Submit(Count("a", 1)).Soon());
        Assert.Equal(2, log.Appends);
    }

    [Fact]
    public async Task a_fenced_writer_ends_and_tells_everybody()
    {
        var writer = await Started();
        log.FailNext(new WriterFencedException("tally", 1, 2));
        var pending = writer.Submit(Count("a", 1));
        await Assert.ThrowsAsync<WriterFencedException>(() => running!.Soon());
        await Assert.ThrowsAsync<LogEndedException>(() => pending.Soon());
        await Assert.ThrowsAsync<LogEndedException>(() => writer.Submit(Count("a", 2)).Soon());
        await Assert.ThrowsAsync<LogEndedException>(() => writer.Read(t => t.Starts).Soon());
    }

    [Fact]
    public async Task a_start_that_the_rules_refuse_ends_the_writer()
    {
        var writer = new LogWriter<Tally>(Definition() with { OnStart = (_, _) => new Counted(Impossible, 0) }, TimeProvider.System, troubles.Add);
        await writer.Load(log, stopping.Token);
        Assert.Equal("This cannot be.", (await Assert.ThrowsAsync<ImpossibleInputException>(() => writer.Run(stopping.Token).Soon())).Message);
    }

    [Fact]
    public async Task the_next_process_folds_the_same_state()
    {
        var writer = await Started();
        await Task.WhenAll(Enumerable.Range(1, 25).Select(n => writer.Submit(Count("a", n)))).Soon();
        var next = new LogWriter<Tally>(Definition(), TimeProvider.System, troubles.Add);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running!);
        await next.Load(log, CancellationToken.None);
        using var stopNext = new CancellationTokenSource();
        var runningNext = next.Run(stopNext.Token);
        Assert.Equal((25, 20, 2), await next.Read(t => (t.Count("a"), (int)t.Told["a"], t.Starts)).Soon());
        await stopNext.CancelAsync();
        await Task.WhenAny(runningNext);
    }

    private async Task<LogWriter<Tally>> Started()
    {
        var writer = new LogWriter<Tally>(Definition(), TimeProvider.System, troubles.Add);
        await Run(writer);
        return writer;
    }

    private async Task Run(LogWriter<Tally> writer)
    {
        await writer.Load(log, stopping.Token);
        running = writer.Run(stopping.Token);
        await writer.Read(t => t.Starts).Soon();
        troubles.RemoveRange(0, troubles.Count - 1);
    }

    private TaskCompletionSource Hold()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        log.Gate = gate.Task;
        return gate;
    }

    private async Task<List<StoredEvent>> Stored() => await log.ReadAll(0, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
}
