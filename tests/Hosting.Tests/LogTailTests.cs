using Skale.EventStore;
using Skale.Servers;
using static Skale.Hosting.Tests.TallyDecider;

namespace Skale.Hosting.Tests;

/// <summary>What the relay gets of a log: from the writer's hand or read, it is every committed event once, in order.</summary>
public sealed class LogTailTests : IAsyncLifetime
{
    private readonly TroubledLog log = new(JournalLog.Open(Repository.NewFolder("tail"), "tally"));
    private CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;
    private LogWriter<Tally> writer = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await Stop();
        await log.DisposeAsync();
    }

    [Fact]
    public async Task what_was_just_committed_is_not_read()
    {
        var tail = await Started();
        await CountTo(30);
        var told = await Told(tail, 0);
        Assert.Equal(0, log.Reads);
        await Same(told, from: 0);
    }

    [Fact]
    public async Task what_is_not_committed_is_not_told()
    {
        var tail = await Started();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        log.Gate = gate.Task;
        var counted = writer.Submit(Count("a", 1));
        await Wait.Until("the append to be under way", () => log.Appends == 2, Wait.Patience, Cancellation);
        Assert.Single(await Told(tail, 0));
        gate.SetResult();
        await counted.Soon();
        Assert.Equal([1, 2], (await Told(tail, 0)).Select(e => e.Stored.Position));
    }

    [Fact]
    public async Task what_is_from_before_the_start_is_read()
    {
        await Started();
        await CountTo(5);
        await Stop();
        stopping = new();
        var tail = await Started();
        await CountTo(8, from: 6);
        var told = await Told(tail, 0);
        Assert.Equal(1, log.Reads);
        await Same(told, from: 0);
    }

    [Fact]
    public async Task a_rewind_reads_what_was_let_go_and_comes_back_to_the_writer()
    {
        var tail = await Started();
        await CountTo(30);
        await Told(tail, 0);
        tail.Forget(20);
        await CountTo(40, from: 31);
        var told = await Told(tail, 0);
        await Same(told, from: 0);
        Assert.All(told, e => Assert.Equal(e.Stored.Position <= 20, e.Content is null));
    }

    [Fact]
    public async Task who_is_slow_reads_what_found_no_room()
    {
        var tail = await Started(most: 10);
        await CountTo(50);
        var told = await Told(tail, 3);
        await Same(told, from: 3);
        Assert.Equal(10, told.Count(e => e.Content is not null));
    }

    [Fact]
    public async Task what_comes_while_it_is_told_is_told_too()
    {
        var tail = await Started(most: 10);
        await CountTo(30);
        var (told, more) = (new List<Committed>(), 30);
        await foreach (var e in tail.Behind(0, Cancellation))
        {
            told.Add(e);
            tail.Forget(e.Stored.Position);
            if (more < 60)
            {
                await CountTo(more + 1, from: more + 1);
                more++;
            }
        }

        await Same(told, from: 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task after_an_append_whose_outcome_was_unknown_the_log_is_read(bool takesEffect)
    {
        var tail = await Started();
        await CountTo(3);
        log.FailNext(new IOException("the answer was lost"), takesEffect);
        await CountTo(4, from: 4);
        await Same(await Told(tail, 2), from: 2);
        await CountTo(8, from: 5);
        await Same(await Told(tail, 2), from: 2);
    }

    [Fact]
    public async Task who_waits_hears_of_a_commit_when_it_can_be_told_and_not_before()
    {
        var tail = await Started();
        var end = (await Told(tail, 0))[^1].Stored.Position;
        var woken = tail.Wait(end, Servers.Wait.Patience, Cancellation);
        Assert.False(woken.IsCompleted);
        await CountTo(1);
        await woken.Soon();
        Assert.Single(await Told(tail, end));
    }

    [Fact]
    public async Task whatever_fails_or_is_slow_or_goes_back_nothing_is_left_out() => await Parallel.ForEachAsync(Seeds.UpTo(30), Cancellation, async (seed, _) =>
    {
        var random = new Random(seed);
        await using var journal = new TroubledLog(JournalLog.Open(Repository.NewFolder($"tail-{seed}"), "tally"));
        var recent = new RecentCommits(random.Next(1, 40));
        var (mine, tail) = (new LogWriter<Tally>(Definition(), TimeProvider.System, _ => { }, null, recent), new LogTail(journal, recent));
        await mine.Load(journal, Cancellation);
        using var stop = new CancellationTokenSource();
        var run = mine.Run(stop.Token);
        await mine.Read(t => t.Starts).Soon();
        var (at, count) = (0L, 0);
        for (var step = 0; step < 40; step++)
        {
            if (random.Next(8) == 0)
            {
                journal.FailNext(new IOException("away"), takesEffect: random.Next(2) == 0);
            }

            await Task.WhenAll(Enumerable.Range(0, random.Next(6)).Select(_ => mine.Submit(Count("a", ++count)))).Soon();
            at = random.Next(6) == 0 ? random.NextInt64(at + 1) : at;
            foreach (var e in random.Next(3) == 0 ? [] : await Told(tail, at))
            {
                Assert.True(e.Stored.Position == at + 1, $"seed {seed}: {e.Stored.Position} behind {at}");
                at = e.Stored.Position;
                if (random.Next(4) == 0)
                {
                    tail.Forget(at);
                }
            }
        }

        Assert.Equal(await mine.Read(_ => mine.Position).Soon(), (await Told(tail, at)).Select(e => e.Stored.Position).LastOrDefault(at));
        await stop.CancelAsync();
        await Task.WhenAny(run);
    });

    private async Task Stop()
    {
        await stopping.CancelAsync();
        await Task.WhenAny(running);
        stopping.Dispose();
    }

    private async Task<LogTail> Started(int most = 1_000)
    {
        var recent = new RecentCommits(most);
        writer = new LogWriter<Tally>(Definition(), TimeProvider.System, _ => { }, null, recent);
        await writer.Load(log, stopping.Token);
        running = writer.Run(stopping.Token);
        await writer.Read(t => t.Starts).Soon();
        log.Reads = 0;
        return new LogTail(log, recent);
    }

    private async Task CountTo(int last, int from = 1) => await Task.WhenAll(Enumerable.Range(from, last - from + 1).Select(n => writer.Submit(Count("a", n)))).Soon();

    private static async Task<List<Committed>> Told(LogTail tail, long after) => await tail.Behind(after, Cancellation).ToListAsync(Cancellation);

    /// <summary>As what is stored, in all but the data, which reads as what was decided.</summary>
    private async Task Same(List<Committed> told, long from)
    {
        var stored = await log.ReadAll(from, Cancellation).ToListAsync(Cancellation);
        Assert.Equal(stored.Select(e => e with { Data = default }), told.Select(e => e.Stored with { Data = default }));
        Assert.Equal(stored.Select(Types.Deserialize), told.Select(e => e.Content ?? Types.Deserialize(e.Stored)));
    }
}
