using Skale.ChainWatcher.Domain;
using Skale.Ethereum;

namespace Skale.ChainWatcher;

/// <summary>
/// All endpoints: each is asked for its newest block again and again, and the best of them is used. One that fails or lags is left, one that is on another chain
/// is never used, and the preferred one is taken back when it is well again.
/// </summary>
internal sealed partial class Endpoints : IDisposable
{
    private readonly IReadOnlyList<Endpoint> all;
    private readonly EndpointLimits limits;
    private readonly TimeSpan interval;
    private readonly TimeSpan patience;
    private readonly WatchStatus status;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private IReadOnlyList<EndpointHealth> healths;
    private int strikes;
    private (long? ChainId, string? GenesisHash) expected;
    private EndpointUse? use;
    private bool allWrong;

    public Endpoints(IReadOnlyList<Endpoint> all, EndpointLimits limits, TimeSpan interval, WatchStatus status, TimeProvider clock, ILogger logger)
    {
        (this.all, this.limits, this.interval, this.status, this.clock, this.logger) = (all, limits, interval, status, clock, logger);
        patience = interval > TimeSpan.FromSeconds(1) ? interval : TimeSpan.FromSeconds(1);
        healths = [.. all.Select(_ => EndpointHealth.Unasked)];
    }

    /// <summary>The chain that is watched, as far as it is known: only endpoints on it are used.</summary>
    public void Expect(long? chainId, string? genesisHash) => expected = (chainId, genesisHash);

    /// <summary>The best endpoint, until it is left.</summary>
    /// <exception cref="WrongChainException">All answer, and none is on the chain with these contracts.</exception>
    /// <exception cref="NoEndpointException">Some do not answer, and none of the others is the right one.</exception>
    public async Task<EndpointUse> Take(CancellationToken cancellation)
    {
        if (use is null)
        {
            await AskAll(cancellation);
        }

        return use ?? throw (allWrong ? new WrongChainException(Reasons()) : new NoEndpointException(Reasons()));
    }

    /// <summary>Asks all endpoints, every interval.</summary>
    public async Task Run(CancellationToken stopping)
    {
        while (true)
        {
            await clock.Wait(interval, stopping);
            await AskAll(stopping);
        }
    }

    /// <summary>The endpoint did what it was asked to.</summary>
    public void Succeeded(EndpointUse by)
    {
        lock (gate)
        {
            strikes = 0;
            healths = [.. healths.Select((h, at) => at == by.At ? h.Proven() : h)];
        }
    }

    /// <summary>The endpoint failed at work. One that cannot be reached is left for another at once, one that answers nonsense when it does so again.</summary>
    public void Failed(EndpointUse by, Exception e)
    {
        if (e is RpcTransportException or RpcException or InconsistentAnswerException)
        {
            status.CountEndpointError(by.Endpoint.Name);
            if (e is RpcTransportException || ++strikes > 1)
            {
                Settle(all => [.. all.Select((h, at) => at == by.At ? h.Disappointed(e.Message) : h)]);
            }
        }
    }

    public void Dispose()
    {
        use?.Dispose();
        foreach (var endpoint in all)
        {
            endpoint.Dispose();
        }
    }

    private async Task AskAll(CancellationToken cancellation)
    {
        var answers = await Task.WhenAll(all.Select(e => Ask(e, cancellation)));
        allWrong = answers.All(a => a.IsWrong);
        expected.GenesisHash ??= answers.FirstOrDefault(a => a.Identity is not null).Identity?.GenesisHash;
        expected.ChainId ??= answers.FirstOrDefault(a => a.Identity is not null).Identity?.ChainId;
        (EndpointAnswer? Answer, string Reason)[] known = [.. answers.Select(a => a.Identity is { } i && (i.ChainId != expected.ChainId || i.GenesisHash != expected.GenesisHash)
            ? (null, "it is on another chain than the endpoint before it") : (a.Answer, a.Reason))];
        Settle(before => EndpointHealth.Judge(before, known, limits, clock.GetUtcNow()));
    }

    private async Task<(ChainIdentity? Identity, EndpointAnswer? Answer, string Reason, bool IsWrong)> Ask(Endpoint endpoint, CancellationToken cancellation)
    {
        if (endpoint.Rpc.PausedUntil - clock.GetUtcNow() > 2 * interval)
        {
            return (null, null, $"it wants no request before {endpoint.Rpc.PausedUntil:u}", false);
        }

        using var late = new CancellationTokenSource(patience, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            var (identity, answer) = await endpoint.Ask(expected.ChainId, expected.GenesisHash, limit.Token);
            return (identity, answer, "", false);
        }
        catch (Exception e) when (e is RpcTransportException or RpcException or WrongChainException)
        {
            status.CountEndpointError(endpoint.Name);
            return (null, null, e.Message, e is WrongChainException);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            status.CountEndpointError(endpoint.Name);
            return (null, null, $"{endpoint.Rpc.Name}: no answer within {patience.TotalSeconds:0.###} s", false);
        }
    }

    private void Settle(Func<IReadOnlyList<EndpointHealth>, IReadOnlyList<EndpointHealth>> judge)
    {
        EndpointUse? left;
        lock (gate)
        {
            var judged = judge(healths);
            Tell(judged);
            healths = judged;
            left = use;
            var chosen = EndpointHealth.Choose(healths, use?.At);
            if (chosen == left?.At)
            {
                left = null;
            }
            else
            {
                (strikes, use) = (0, chosen is { } at ? new EndpointUse(at, all[at], new ChainIdentity(expected.ChainId!.Value, expected.GenesisHash!)) : null);
            }

            status.SetEndpoints([.. all.Select((e, at) => new EndpointFigures(e.Name, healths[at], at == use?.At))]);
        }

        if (left is not null)
        {
            LogLeft(left.Endpoint.Name, use?.Endpoint.Name ?? "none");
            left.Leave();
            left.Dispose();
        }
    }

    private void Tell(IReadOnlyList<EndpointHealth> judged)
    {
        for (var at = 0; at < all.Count; at++)
        {
            var (before, now) = (healths[at].Fault, judged[at].Fault);
            if (now is not null && before is null)
            {
                LogFault(all[at].Name, now);
            }
            else if (now is null && before is not null && healths[at] != EndpointHealth.Unasked)
            {
                LogWell(all[at].Name);
            }
        }
    }

    private string Reasons() => string.Join("; ", healths.Where(h => h.Fault is not null).Select(h => h.Fault).Distinct());

    [LoggerMessage(LogLevel.Warning, "Ethereum endpoint {Endpoint} is not trusted: {Reason}")]
    private partial void LogFault(string endpoint, string reason);

    [LoggerMessage(LogLevel.Information, "Ethereum endpoint {Endpoint} is well again.")]
    private partial void LogWell(string endpoint);

    [LoggerMessage(LogLevel.Information, "Ethereum endpoint {Left} is left; used from now on: {Endpoint}.")]
    private partial void LogLeft(string left, string endpoint);
}
