using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Skale.Contracts;
using Skale.EventStore;
using Skale.Servers;
using static Skale.Hosting.Tests.TallyDecider;

namespace Skale.Hosting.Tests;

/// <summary>An event that cannot be published stops the line: what shows, and the operator's way past it.</summary>
public sealed class RelaySkipTests : IDisposable
{
    /// <summary>Of the second announcement, behind the start, twenty counts and the first one.</summary>
    private const int Poisoned = 23;

    private readonly ConcurrentQueue<string> heard = new();
    private readonly string journal = Repository.NewFolder("skip");
    private readonly string name = $"stuck-{Guid.NewGuid():N}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(journal, recursive: true);

    [Fact]
    public async Task only_the_event_at_which_the_relay_is_stuck_is_skipped_and_that_is_on_record_before_it_goes_on()
    {
        await using (var process = await Start())
        {
            var log = process.Get<LogService<Tally>>(name);
            await CountTo(log, 30);
            await Stuck(log);
            await Request(5, "published long ago");
            await Request(34, "not yet");
            await Stuck(log);
            await Wait.Until("what was published before to be heard", () => !heard.IsEmpty, Wait.Patience, Cancellation);
            Assert.Equal(["a-10"], heard);

            await Request(Poisoned, "the receiver is gone for good");
            await Wait.Until("the relay to go on", () => heard.Count == 2, Wait.Patience, Cancellation);
            await Wait.Until("all to be published", () => log.Trouble is null && log.Unpublished == 0, Wait.Patience, Cancellation);
            Assert.Equal(["a-10", "a-30"], heard);

            // The request for position 34 found the relay well; so it had no effect.
            var skipped = Assert.Single(await Stored(), e => e.Type == RelaySkipped.Alias);
            Assert.Equal((35, RelaySkipped.Stream, 1), (skipped.Position, skipped.Stream, skipped.Version));
            Assert.Equal(
                new RelaySkipped(Poisoned, "tenth_reached", "the receiver is gone for good", "ada", DateTimeOffset.UnixEpoch),
                new EventTypes().Add<RelaySkipped>(RelaySkipped.Alias).Deserialize(skipped));
            Assert.Equal(30, await log.Read(tally => tally.Count("a")));
        }

        // What follows a crash behind the record: the same event again, and no second record.
        await using (var reader = Reader())
        {
            await reader.SaveCheckpoint(LogStore.RelayCheckpoint, Poisoned - 1, Cancellation);
        }

        await using (var again = await Start())
        {
            await Wait.Until("the relay to go on", () => heard.Count == 3, Wait.Patience, Cancellation);
        }

        Assert.Equal(["a-10", "a-30", "a-30"], heard);
        Assert.Single(await Stored(), e => e.Type == RelaySkipped.Alias);
        await using var history = Reader();
        Assert.Null((await Replay.Run(Definition(name), history, null, Cancellation)).Difference);
    }

    [Fact]
    public async Task lag_is_that_of_the_event_at_which_the_relay_is_stuck()
    {
        await using var process = await Start();
        var log = process.Get<LogService<Tally>>(name);
        await CountTo(log, 30);
        await Stuck(log);
        var poisoned = (await Stored())[Poisoned - 1];

        var least = (DateTimeOffset.UtcNow - poisoned.At).TotalSeconds;
        var (events, seconds) = (Measured("skale_relay_lag_events"), Measured("skale_relay_lag_seconds"));
        Assert.InRange(seconds, least, (DateTimeOffset.UtcNow - poisoned.At).TotalSeconds);
        Assert.Equal(log.Position - Poisoned + 1, events);
        Assert.Equal(0, Measured("skale_log_ok"));

        await CountTo(log, 35, from: 31);
        Assert.Equal(events + 5, Measured("skale_relay_lag_events"));
        Assert.True(Measured("skale_relay_lag_seconds") > seconds);
    }

    private Task<BusProcess> Start() => BusProcess.Start(
        null,
        journal,
        services => services.AddLog(name, _ => Definition(name, announce: e => e is TenthReached { Count: 20 } ? throw new InvalidOperationException("Nobody takes it.") : Announce(e))),
        new BusEndpoint("ears") { InOrder = true }.On<ChainActivated>(context =>
        {
            heard.Enqueue(context.Message.Chain.Value);
            return Task.CompletedTask;
        }));

    private static Task Stuck(LogService<Tally> log) =>
        Wait.Until("the relay to be stuck", () => log.Trouble == $"relay at position {Poisoned} (tenth_reached): Nobody takes it.", Wait.Patience, Cancellation);

    private static async Task CountTo(LogService<Tally> log, int last, int from = 1) =>
        await Task.WhenAll(Enumerable.Range(from, last - from + 1).Select(n => log.Submit(Count("a", n)))).Soon();

    private async Task Request(long position, string reason)
    {
        await using var log = Reader();
        await log.RequestSkip(new SkipRequest(position, reason, "ada", DateTimeOffset.UnixEpoch), Cancellation);
    }

    private JournalLog Reader() => JournalLog.OpenReader(Path.Combine(journal, name), name);

    private async Task<List<StoredEvent>> Stored()
    {
        await using var reader = Reader();
        return await reader.ReadAll(0, Cancellation).ToListAsync(Cancellation);
    }

    /// <summary>What <c>/metrics</c> would show of this log.</summary>
    private double Measured(string gauge)
    {
        double? measured = null;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, me) =>
            {
                if (instrument.Meter.Name == "Skale.Hosting" && instrument.Name == gauge)
                {
                    me.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => Take(value, tags));
        listener.SetMeasurementEventCallback<int>((_, value, tags, _) => Take(value, tags));
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => Take(value, tags));
        listener.Start();
        listener.RecordObservableInstruments();
        return measured ?? throw new InvalidOperationException($"{gauge} shows nothing of log {name}.");

        void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => measured = tags.Contains(new("log", name)) ? value : measured;
    }
}
