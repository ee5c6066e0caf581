namespace Skale.ChainWatcher;

/// <summary>An endpoint while it is the best.</summary>
internal sealed class EndpointUse : IDisposable
{
    private readonly CancellationTokenSource left = new();

    public EndpointUse(int at, Endpoint endpoint, ChainIdentity chain) => (At, Endpoint, Chain, Left) = (at, endpoint, chain, left.Token);

    public int At { get; }

    public Endpoint Endpoint { get; }

    public ChainIdentity Chain { get; }

    /// <summary>Cancelled when another is better.</summary>
    public CancellationToken Left { get; }

    public void Leave() => left.Cancel();

    public void Dispose() => left.Dispose();
}
