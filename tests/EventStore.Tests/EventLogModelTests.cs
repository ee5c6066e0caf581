using FsCheck;
using FsCheck.Fluent;

namespace Skale.EventStore.Tests;

/// <summary>Any interleaving of appends, good and bad, and of reopening, leaves each log equal to a list in memory. FsCheck prints the seed of a failure.</summary>
public sealed class EventLogModelTests(PostgresFixture postgres)
{
    private static readonly string[] Streams = ["a", "b", "c"];

    /// <summary>Appends some events to some streams; a skew other than 0 shifts their versions. An empty step reopens the log.</summary>
    private sealed record Step((int Stream, int Skew)[] Events)
    {
        public override string ToString() => Events.Length == 0 ? "reopen" : string.Join(",", Events.Select(e => $"{Streams[e.Stream]}{e.Skew:+0;-0;#}"));
    }

    private static readonly Arbitrary<Step[]> Runs = (
        from stream in Gen.Choose(0, Streams.Length - 1)
        from skew in Gen.Frequency((12, Gen.Constant(0)), (1, Gen.Constant(1)), (1, Gen.Constant(-1)))
        select (stream, skew)).ArrayOf().Select(events => new Step([.. events.Take(12)])).ArrayOf().ToArbitrary();

    [Fact]
    public void the_journal_equals_the_model() =>
        Prop.ForAll(Runs, run => Follows(new JournalPlace(), run).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void the_database_equals_the_model() =>
        Prop.ForAll(Runs, run => Follows(postgres.NewPlace().GetAwaiter().GetResult(), run).GetAwaiter().GetResult()).Check(Config.QuickThrowOnFailure.WithMaxTest(12));

    private static async Task<bool> Follows(LogPlace place, Step[] run)
    {
        var model = new List<(string Stream, long Version, Guid Id)>();
        var log = await place.OpenWriter();
        foreach (var step in run)
        {
            if (step.Events.Length == 0)
            {
                await log.DisposeAsync();
                log = await place.OpenWriter();
                continue;
            }

            var batch = new List<(string Stream, long Version, Guid Id)>();
            foreach (var (stream, skew) in step.Events)
            {
                var version = model.Concat(batch).Count(e => e.Stream == Streams[stream]) + 1 + skew;
                batch.Add((Streams[stream], Math.Max(version, 1), Guid.Empty));
            }

            var events = batch.Select(e => Some.Event(e.Stream, e.Version)).ToArray();
            if (await Accepts(log, events) != Fits(model, events))
            {
                return false;
            }

            model.AddRange(Fits(model, events) ? events.Select(e => (e.Stream, e.Version, e.Id)) : []);
        }

        await using (log)
        {
            var all = await log.ReadAll().All();
            var equal = all.Select(e => (e.Stream, e.Version, e.Id)).SequenceEqual(model) && await log.Head() == model.Count;
            foreach (var stream in Streams)
            {
                equal &= (await log.ReadStream(stream).All()).Select(e => e.Id).SequenceEqual(model.Where(e => e.Stream == stream).Select(e => e.Id));
            }

            return equal;
        }
    }

    private static bool Fits(List<(string Stream, long Version, Guid Id)> model, NewEvent[] events)
    {
        var trial = model.Select(e => e.Stream).ToList();
        foreach (var e in events)
        {
            if (e.Version != trial.Count(s => s == e.Stream) + 1)
            {
                return false;
            }

            trial.Add(e.Stream);
        }

        return true;
    }

    private static async Task<bool> Accepts(IEventLog log, NewEvent[] events)
    {
        try
        {
            await log.Append(events);
            return true;
        }
        catch (Exception e) when (e is VersionConflictException or DuplicateEventException)
        {
            return false;
        }
    }
}
