using System.Collections.Concurrent;
using Skale.Contracts;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <content>Work on a chain's data: it takes the chain's lane for itself, and reconciliation leaves the chain alone meanwhile.</content>
public sealed partial class ReconcileLoop
{
    private readonly ConcurrentDictionary<ChainName, Turn> turns = [];
    private readonly ConcurrentDictionary<ChainName, DateTimeOffset> notBefore = [];

    /// <summary>Null in a rehearsal, where no chain has data.</summary>
    internal DataRepairs? Repairs { get; }

    /// <summary>Does some work while nothing else is done to the chain, after what is in its lane already.</summary>
    internal async Task InTurn(ChainName chain, Func<Task> work)
    {
        var mine = new Turn(work);
        while (turns.GetOrAdd(chain, mine) is var there && there != mine)
        {
            await there.Done.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Wake();
        await mine.Done;
    }

    private async Task BeginRepairs(CancellationToken stopping)
    {
        if (Repairs is not null && await Repairs.Begin(stopping) is { } left)
        {
            LogLeftovers(Node, left);
        }
    }

    private ChainTrack Track(ChainName chain) => tracks.TryGetValue(chain, out var track) ? track : tracks[chain] = new ChainTrack();

    /// <summary>A chain whose data is worked on, or is to be.</summary>
    private bool IsHeld(Desired desired, ChainName chain) => turns.ContainsKey(chain) || desired.Repairs.ContainsKey(chain);

    private void TakeTurns(Desired desired, DateTimeOffset now, CancellationToken stopping)
    {
        foreach (var chain in desired.Repairs.Keys.Concat(desired.Outlived.Keys).Where(c => Repairs is not null && notBefore.GetValueOrDefault(c) <= now))
        {
            turns.TryAdd(chain, new Turn(() => TakeUp(chain)));
        }

        foreach (var (chain, turn) in turns.Where(t => !t.Value.HasBegun))
        {
            var track = Track(chain);
            if (track.Working is not null)
            {
                track.Interrupt();
                continue;
            }

            turn.HasBegun = true;
            track.Begin(new ChainPlan(chain, new Goal.Wait(), []), now, _ => Task.Run(() => turn.Run(() => turns.TryRemove(chain, out Turn? _)), CancellationToken.None), stopping);
            _ = track.Working!.ContinueWith(_ => Wake(), TaskScheduler.Default);
        }
    }

    /// <summary>What is recorded and not done, after an interruption or a failure.</summary>
    private async Task TakeUp(ChainName chain)
    {
        try
        {
            await Repairs!.Finish(chain);
            if (await Repairs.RemoveReplaced(chain))
            {
                notBefore.TryRemove(chain, out _);
            }
            else
            {
                notBefore[chain] = clock.GetUtcNow() + LongestSleep;
            }
        }
        catch (Exception e)
        {
            notBefore[chain] = clock.GetUtcNow() + LongestSleep;
            LogUnrepaired(Node, chain, e.Message);
        }
    }

    /// <summary>Nobody waits for what will not come.</summary>
    private void EndTurns()
    {
        foreach (var turn in turns.Values.Where(t => !t.HasBegun))
        {
            turn.Abandon();
        }
    }

    [LoggerMessage(LogLevel.Warning, "Node {Node}, chain {Chain}: what its operator ordered about its data is not done yet: {Reason} It is tried again, and the chain waits.")]
    private partial void LogUnrepaired(NodeId node, ChainName chain, string reason);

    private sealed class Turn(Func<Task> work)
    {
        private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool HasBegun { get; set; }

        public Task Done => done.Task;

        public void Abandon() => done.TrySetException(new RepairRefusedException(Refusal.Failed, "The agent is being stopped. What is recorded is carried out when it is back."));

        /// <summary>Nothing is known of the chain afterwards but what the engine says.</summary>
        public async Task<LaneResult> Run(Action end)
        {
            try
            {
                await work();
                end();
                done.TrySetResult();
            }
            catch (Exception e)
            {
                end();
                done.TrySetException(e);
                _ = done.Task.Exception;
            }

            return new LaneResult(null);
        }
    }
}
