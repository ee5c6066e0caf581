using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>Waits for this process's turn to write a log, and folds meanwhile what another one writes, so that its turn begins with next to nothing to read.</summary>
internal sealed class Standby<TState>(string name, LogStore store, LogWriter<TState> writer, TimeProvider clock, Action<Exception?> onState)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>The log, folded to its end and open for writing.</summary>
    public async Task<IStandbyLog> WaitForTurn(CancellationToken stopping)
    {
        IStandbyLog? log = null;
        try
        {
            for (var pause = ShortestPause; ;)
            {
                try
                {
                    log ??= await store.OpenStandby(name, stopping);
                    if (await TakeTurn(log, stopping))
                    {
                        onState(null);
                        return log;
                    }

                    pause = ShortestPause;
                    await Task.Delay(LookEvery, clock, stopping);
                }
                catch (Exception e) when (LogStore.MayPass(e))
                {
                    onState(e);
                    await (log?.DisposeAsync() ?? ValueTask.CompletedTask);
                    log = null;
                    await Task.Delay(pause, clock, stopping);
                    pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                }
            }
        }
        catch
        {
            await (log?.DisposeAsync() ?? ValueTask.CompletedTask);
            throw;
        }
    }

    private async Task<bool> TakeTurn(IStandbyLog log, CancellationToken stopping)
    {
        try
        {
            // What a writer must know of the log, and the state that was folded from it: each may be long to read, and neither needs the other.
            await Task.WhenAll(Task.Run(() => log.BeginWriting(stopping), stopping), writer.Prepare(log, stopping));
        }
        catch (LogHeldException e)
        {
            onState(e);
            await writer.Follow(log, stopping);
            return false;
        }

        await writer.Load(log, stopping);
        return true;
    }
}
