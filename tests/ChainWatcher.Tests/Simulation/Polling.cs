using Skale.Ethereum;

namespace Skale.ChainWatcher.Tests.Simulation;

/// <summary>New heads are not announced: they are asked for.</summary>
internal sealed class Polling(TimeProvider clock) : IHeadSignal
{
    public async Task<Block?> Next(TimeSpan atMost, CancellationToken cancellation)
    {
        await clock.Wait(atMost, cancellation);
        return null;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
