using Skale.EventStore;
using Skale.Servers;
using static Skale.Hosting.Tests.TallyDecider;

namespace Skale.Hosting.Tests;

// Of what a snapshot is never taken.
public sealed partial class SnapshotTests
{
    /// <summary>When the one before is saved in the very moment in which something is decided, the next is due, and the state is ahead of the log.</summary>
    [Fact]
    public async Task none_is_taken_of_what_is_decided_and_not_stored()
    {
        var (saving, append) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var log = new TroubledLog(JournalLog.Open(folder, "tally")) { SnapshotGate = saving.Task };
        using var stopping = new CancellationTokenSource();
        var writer = Writer(10);
        await writer.Load(log, Cancellation);
        var running = writer.Run(stopping.Token);
        await Task.WhenAll(Enumerable.Range(1, 20).Select(n => writer.Submit(Count("a", n)))).Soon();
        await writer.Read(t => t.Starts).Soon();
        (log.Gate, var before) = (append.Task, log.Appends);
        List<Task> answers = [.. Enumerable.Range(21, 15).Select(n => writer.Submit(Count("a", n)))];
        await Wait.Until("the append to be under way", () => log.Appends > before, Wait.Patience, Cancellation);
        answers.Add(writer.Read(_ => saving.TrySetResult() && SpinWait.SpinUntil(() => Saved() == 1, Wait.Patience)));
        answers.Add(writer.Submit(Count("a", 36)));
        append.SetResult();
        await Task.WhenAll(answers).Soon();
        await Wait.Until("the next snapshot to be saved", () => Saved() == 2, Wait.Patience, Cancellation);
        await stopping.CancelAsync();
        await Task.WhenAny(running);

        var (label, rest) = SnapshotFile.Open((await log.OpenSnapshot(Cancellation))!);
        var stored = await log.ReadAll(0, Cancellation).Where(e => e.Position <= label.Position && e.Type == "counted").CountAsync(Cancellation);
        Assert.Equal(stored, SnapshotFile.ReadState(rest, new TallyCodec()).State.Count("a"));

        int Saved() => lines.All.Count(l => l.Contains("is saved", StringComparison.Ordinal));
    }

    /// <summary>What an append that is cut off has put into the state is not in the log.</summary>
    [Fact]
    public async Task none_is_taken_of_what_is_not_committed()
    {
        await Write(1, 5);
        var log = new TroubledLog(JournalLog.Open(folder, "tally"));
        using var stopping = new CancellationTokenSource();
        var writer = Writer(1_000);
        await writer.Load(log, Cancellation);
        var running = writer.Run(stopping.Token);
        await writer.Read(t => t.Starts).Soon();
        log.Gate = new TaskCompletionSource().Task;
        var cut = writer.Submit(Count("a", 6));
        await Wait.Until("the append to be under way", () => log.Appends == 2, Wait.Patience, Cancellation);
        await stopping.CancelAsync();
        await Task.WhenAny(running);
        await Assert.ThrowsAsync<LogEndedException>(() => cut);
        var before = lines.All.Count;
        await writer.Rest();
        Assert.Equal(before, lines.All.Count);
        await log.DisposeAsync();
        Assert.Equal(5, await Start(6, 6));
    }
}
