using System.Diagnostics;
using System.Runtime;
using Microsoft.Extensions.Logging;
using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>
/// Takes snapshots of a log's state for its writer, and begins a fold from one. Whatever goes wrong with one is told in a line and changes nothing else: without it the
/// whole log is folded.
/// </summary>
/// <param name="every">Events between two of them while the log is at work; 0: none is taken, and none is used.</param>
internal sealed partial class Snapshots<TState>(LogDefinition<TState> definition, long every, ILogger logger)
{
    private Task taking = Task.CompletedTask;
    private long taken;
    private TimeSpan readingTook;

    /// <summary>A fold of the log's beginning, from its snapshot if it has one; whether that fits the log is still to be confirmed.</summary>
    public async Task<Fold<TState>> Read(IEventLog log, CancellationToken stopping)
    {
        if (every == 0 || definition.Snapshots is not { } codec || log is not ISnapshots store)
        {
            return new Fold<TState>(definition);
        }

        var clock = Stopwatch.StartNew();
        try
        {
            await using var stored = await store.OpenSnapshot(stopping);
            if (stored is null)
            {
                return new Fold<TState>(definition);
            }

            var (label, rest) = SnapshotFile.Open(stored);
            var fault = label.Log != log.Name ? $"it is of log '{label.Log}'"
                : label.Format != codec.Format ? "another version of this program took it"
                : null;
            if (fault is not null)
            {
                LogNotUsed(log.Name, fault);
                return new Fold<TState>(definition);
            }

            CollectLater(stored.Length);
            var (versions, state) = SnapshotFile.ReadState(rest, codec);
            readingTook = clock.Elapsed;
            return new Fold<TState>(definition, state, versions, label.Position, label.EventId);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            LogNotUsed(log.Name, e.Message);
            return new Fold<TState>(definition);
        }
    }

    /// <summary>What was read, if the log has its last event where it says; a fold of nothing if not.</summary>
    public async Task<Fold<TState>> Confirm(Fold<TState> read, IEventLog log, CancellationToken stopping)
    {
        if (read.Position == 0)
        {
            return read;
        }

        var there = await log.ReadAll(read.Position - 1, stopping).FirstOrDefaultAsync(stopping);
        if (there?.Id == read.LastId)
        {
            taken = read.Position;
            LogUsed(log.Name, read.Position, (long)readingTook.TotalMilliseconds);
            return read;
        }

        LogNotUsed(log.Name, there is null
            ? $"it reaches to position {read.Position}, and the log does not"
            : $"it was taken behind event {read.LastId}; at its position {read.Position} the log has {there.Id}");
        return new Fold<TState>(definition);
    }

    /// <summary>Whether one is to be taken, since enough came since the last and none is being taken.</summary>
    public bool IsDue(Fold<TState> fold) => every > 0 && fold.Position - taken >= every && taking.IsCompleted;

    /// <summary>Between two commits: takes one when it is due.</summary>
    public void Offer(Fold<TState> fold, IEventLog log)
    {
        if (IsDue(fold))
        {
            Take(fold, log);
        }
    }

    /// <summary>At an orderly stop: the next start finds one of everything.</summary>
    public async Task TakeLast(Fold<TState> fold, IEventLog log)
    {
        await taking;
        if (every > 0 && fold.Position > taken)
        {
            Take(fold, log);
            await taking;
        }
    }

    /// <summary>
    /// Nothing that is read becomes garbage, so looking for it, and moving what is found to be none, would only take time: a third of all that reading takes. Nor is it looked for when everything is read,
    /// until more was allocated than was foreseen, or memory is let go as after every start.
    /// </summary>
    private static void CollectLater(long bytesToRead)
    {
        const int AllocatedPerByte = 8, MostOfMemory = 4;
        var bytes = bytesToRead * AllocatedPerByte;
        if (bytes <= GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / MostOfMemory && GCSettings.LatencyMode != GCLatencyMode.NoGCRegion)
        {
            GC.TryStartNoGCRegion(bytes);
        }
    }

    private void Take(Fold<TState> fold, IEventLog log)
    {
        if (fold.Stale || definition.Snapshots is not { } codec || log is not ISnapshots store)
        {
            return;
        }

        var clock = Stopwatch.StartNew();
        var (label, versions, fork) = (new SnapshotLabel(log.Name, fold.Position, fold.LastId, codec.Format), fold.Versions(), codec.Fork(fold.State));
        taken = fold.Position;
        var held = clock.Elapsed;
        taking = Task.Run(async () =>
        {
            try
            {
                await store.SaveSnapshot(to => SnapshotFile.Write(to, label, versions, fork, codec));
                LogTaken(log.Name, label.Position, clock.ElapsedMilliseconds, (long)held.TotalMilliseconds);
            }
            catch (Exception e)
            {
                LogNotTaken(log.Name, e.Message);
            }
        });
    }

    [LoggerMessage(LogLevel.Information, "Log {Log}: began from the snapshot behind position {Position}, read in {Milliseconds} ms.")]
    private partial void LogUsed(string log, long position, long milliseconds);

    [LoggerMessage(LogLevel.Warning, "Log {Log}: its snapshot is not used: {Reason}. The whole log is folded instead; nothing is lost.")]
    private partial void LogNotUsed(string log, string reason);

    [LoggerMessage(LogLevel.Information, "Log {Log}: a snapshot behind position {Position} is saved, in {Milliseconds} ms; the log waited {Held} ms.")]
    private partial void LogTaken(string log, long position, long milliseconds, long held);

    [LoggerMessage(LogLevel.Warning, "Log {Log}: no snapshot could be saved: {Reason} Nothing is lost; starts take longer.")]
    private partial void LogNotTaken(string log, string reason);
}
