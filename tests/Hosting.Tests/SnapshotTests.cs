using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Skale.EventStore;
using Skale.Servers;
using static Skale.Hosting.Tests.TallyDecider;

namespace Skale.Hosting.Tests;

/// <summary>A writer that begins from a snapshot, or says why it does not.</summary>
public sealed partial class SnapshotTests
{
    private readonly string folder = Repository.NewFolder("snapshots");
    private readonly Lines lines = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task a_start_begins_from_the_snapshot_and_goes_on_from_there()
    {
        await Write(1, 25);
        Assert.Equal(25, await Start(26, 30));
        Assert.Contains("began from the snapshot behind position 28", lines.Last("began"));
        await using var log = JournalLog.OpenReader(folder, "tally");
        var stored = await log.ReadStream("key-a", 0, Cancellation).ToListAsync(Cancellation);
        Assert.Equal(Enumerable.Range(1, 33).Select(v => (long)v), stored.Select(e => e.Version));
        Assert.Equal(3, stored.Count(e => e.Type == "tenth_reached"));
    }

    /// <summary>A store that was away when it was asked for one is opened again, and asked again.</summary>
    [Fact]
    public async Task a_log_that_is_opened_again_is_asked_for_its_snapshot_again()
    {
        await Write(1, 25);
        var writer = Writer(1_000);
        await using (var without = JournalLog.OpenStandby(Repository.NewFolder("no-snapshot"), "tally"))
        {
            await writer.Prepare(without, Cancellation);
        }

        await using var log = JournalLog.Open(folder, "tally");
        await writer.Load(log, Cancellation);
        Assert.Contains("behind position 28", lines.Last("began"), StringComparison.Ordinal);
        Assert.Equal(28, writer.Position);
    }

    [Fact]
    public async Task one_is_taken_whenever_enough_events_came()
    {
        await Write(1, 60, every: 20, rest: false);
        Assert.True(lines.All.Count(l => l.Contains("is saved", StringComparison.Ordinal)) is >= 1 and <= 3, string.Join('\n', lines.All));
        Assert.Equal(60, await Start(61, 61));
        Assert.Contains("began from", lines.Last("began"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("damaged", "it is damaged")]
    [InlineData("cut", "it is damaged")]
    [InlineData("other format", "another version of this program")]
    [InlineData("ahead", "and the log does not")]
    [InlineData("other event", "the log has")]
    [InlineData("other log", "it is of log 'other'")]
    [InlineData("no state", "not used")]
    public async Task one_that_does_not_fit_is_told_and_the_whole_log_is_folded(string kind, string reason)
    {
        await Write(1, 25);
        await Spoil(kind);
        Assert.Equal(25, await Start(26, 26));
        Assert.Contains(reason, lines.Last("not used"), StringComparison.Ordinal);
        Assert.DoesNotContain(lines.All, l => l.Contains("began from", StringComparison.Ordinal));
    }

    [Fact]
    public async Task with_none_wanted_none_is_taken_and_none_is_used()
    {
        await Write(1, 25);
        Assert.Equal(25, await Start(26, 26, every: 0));
        Assert.DoesNotContain(lines.All, l => l.Contains("began from", StringComparison.Ordinal));
    }

    private async Task Spoil(string kind)
    {
        var file = Path.Combine(folder, "snapshot");
        var bytes = await File.ReadAllBytesAsync(file, Cancellation);
        var label = SnapshotFile.Open(new MemoryStream(bytes)).Label;
        var spoilt = new MemoryStream();
        switch (kind)
        {
            case "damaged":
                bytes[^40] ^= 1;
                spoilt.Write(bytes);
                break;
            case "cut":
                spoilt.Write(bytes.AsSpan(0, bytes.Length / 2));
                break;
            default:
                var other = kind switch
                {
                    "other format" => label with { Format = "other" },
                    "ahead" => label with { Position = 1_000 },
                    "other event" => label with { EventId = Guid.NewGuid() },
                    "other log" => label with { Log = "other" },
                    _ => label,
                };
                SnapshotFile.Write(spoilt, other, new Dictionary<string, long>(), new Tally(), new TallyCodec(WritesNothing: kind == "no state"));
                break;
        }

        await File.WriteAllBytesAsync(file, spoilt.ToArray(), Cancellation);
    }

    private async Task<int> Start(int first, int last, long every = 1_000)
    {
        lines.All.Clear();
        return await Write(first, last, every);
    }

    /// <summary>What was counted before.</summary>
    private async Task<int> Write(int first, int last, long every = 1_000, bool rest = true)
    {
        await using var log = JournalLog.Open(folder, "tally");
        using var stopping = new CancellationTokenSource();
        var writer = Writer(every);
        await writer.Load(log, Cancellation);
        var running = writer.Run(stopping.Token);
        var before = await writer.Read(t => t.Count("a")).Soon();
        for (var n = first; n <= last; n++)
        {
            await writer.Submit(Count("a", n)).Soon();
        }

        await stopping.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (rest)
        {
            await writer.Rest();
        }
        else
        {
            await Wait.Until("a snapshot to be saved", () => lines.All.Any(l => l.Contains("is saved", StringComparison.Ordinal)), Wait.Patience, Cancellation);
        }

        return before;
    }

    private LogWriter<Tally> Writer(long every)
    {
        var definition = Definition() with { Snapshots = new TallyCodec() };
        return new(definition, TimeProvider.System, _ => { }, new Snapshots<Tally>(definition, every, lines));
    }

    private sealed class Lines : ILogger
    {
        public ConcurrentQueue<string> All { get; } = [];

        public string Last(string with) => All.Last(l => l.Contains(with, StringComparison.Ordinal));

        public IDisposable? BeginScope<TScope>(TScope state)
            where TScope : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TLine>(LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TLine state, Exception? exception, Func<TLine, Exception?, string> formatter) => All.Enqueue(formatter(state, exception));
    }
}
