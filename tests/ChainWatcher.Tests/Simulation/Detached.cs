namespace Skale.ChainWatcher.Tests.Simulation;

/// <summary>An endpoint outlives the clients of one process.</summary>
internal sealed class Detached(HttpMessageHandler endpoint) : HttpMessageHandler
{
    private readonly HttpMessageInvoker invoker = new(endpoint, disposeHandler: false);

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => invoker.SendAsync(request, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        invoker.Dispose();
        base.Dispose(disposing);
    }
}
