using System.Threading.Channels;
using Skale.Ethereum;

namespace Skale.ChainWatcher;

/// <summary>Says when there may be a new head.</summary>
internal interface IHeadSignal : IAsyncDisposable
{
    /// <summary>The newest announced head, or null when none came within <paramref name="atMost"/>: then ask.</summary>
    Task<Block?> Next(TimeSpan atMost, CancellationToken cancellation);
}

/// <summary>Wakes the watcher when there is a new head: at once over WebSocket where the endpoint offers it at its own address, else after the poll interval.</summary>
internal sealed partial class HeadSignal : IHeadSignal
{
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(10);

    private readonly Channel<Block> heads = Channel.CreateBounded<Block>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
    private readonly CancellationTokenSource stop = new();
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly Task following;

    public HeadSignal(Uri endpoint, TimeProvider clock, ILogger logger)
    {
        (this.clock, this.logger) = (clock, logger);
        var address = new UriBuilder(endpoint) { Scheme = endpoint.Scheme == Uri.UriSchemeHttps ? "wss" : "ws" }.Uri;
        following = Follow(address);
    }

    public async Task<Block?> Next(TimeSpan atMost, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(atMost);
        try
        {
            return await heads.Reader.ReadAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await following;
        stop.Dispose();
    }

    private async Task Follow(Uri address)
    {
        string? trouble = null;
        try
        {
            while (true)
            {
                try
                {
                    await foreach (var head in BlockHeads.Follow(address, stop.Token))
                    {
                        trouble = null;
                        heads.Writer.TryWrite(head);
                    }
                }
                catch (Exception e) when (e is RpcTransportException or RpcException)
                {
                    if (e.Message != trouble)
                    {
                        LogPolling(trouble = e.Message);
                    }
                }

                await Task.Delay(RetryEvery, clock, stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    [LoggerMessage(LogLevel.Information, "New blocks are not announced and will be polled for: {Reason}")]
    private partial void LogPolling(string reason);
}
