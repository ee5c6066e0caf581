using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Skale.ChainWatcher.Domain;
using Skale.Contracts;
using Skale.Ethereum;
using Skale.EventStore;
using Skale.Hosting;

namespace Skale.ChainWatcher.Tests.Simulation;

/// <summary>One watcher's life in one world: everything above the HTTP client is the real thing, but for the store, which is a list.</summary>
internal sealed class SimRun
{
    private static readonly ContractSet Contracts = ContractFiles.Load(new ChainWatcherOptions { ContractAddress = SimChain.Address });
    private static readonly string Maintenance = AbiFile.Parse(ContractFiles.BuiltInAbi()).SelectMany(c => c.Events).Single(e => e.Name == "MaintenanceNode").Topic0;
    private readonly Random random;
    private readonly SimWorld world;
    private readonly ChainWatcherOptions options;
    private readonly WatchDecider decider = new();
    private readonly List<(string Type, byte[] Data)> stored = [];
    private readonly List<IFact> facts = [];
    private readonly HashSet<Guid> ids = [];
    private Watch state = new();
    private string? broken;

    public SimRun(int seed)
    {
        random = new Random(seed ^ 0x5eed);
        world = new SimWorld(seed, Maintenance);
        options = new ChainWatcherOptions
        {
            Network = "sim",
            Finality = world.Policy,
            WindowBlocks = random.Next(1, 60),
            RequestsInFlight = random.Next(1, 5),
            EndpointBlockAge = TimeSpan.FromDays(9000),
            ReconcileEvery = TimeSpan.Zero,
        };
    }

    /// <summary>Kinds of things that this run has seen, to know that runs see all of them.</summary>
    public HashSet<string> Seen { get; } = [];

    public void Live()
    {
        var quietAt = world.Clock.GetUtcNow() + TimeSpan.FromSeconds(random.Next(10, 60));
        while (world.Clock.GetUtcNow() < quietAt)
        {
            world.KillAfter = random.Next(3) == 0 ? 0 : random.Next(1, 120);
            RunUntil(quietAt);
            Restart();
        }

        world.BeQuiet();
        RunUntil(world.Clock.GetUtcNow() + TimeSpan.FromMinutes(10), status => status.Scanned == world.Believed && status.Trouble is null);
        Check();
    }

    /// <summary>One process, until it is killed, or the time has come, or it is done.</summary>
    private void RunUntil(DateTimeOffset end, Func<WatchStatus, bool>? isDone = null)
    {
        world.IsKilled = false;
        using var status = new WatchStatus(Options.Create(options));
        var all = world.Endpoints.Select((e, at) => new Endpoint(
            $"e{at}", new Uri($"http://e{at}/"), new JsonRpcClient(new Uri($"http://e{at}/"), null, new RateLimitPatience(6, TimeSpan.FromSeconds(30)), world.Clock, new Detached(e)), Contracts)).ToArray();
        var endpoints = new Endpoints(all, new EndpointLimits(options.EndpointBlocksBehind, options.EndpointBlockAge), options.PollInterval, status, world.Clock, NullLogger.Instance);
        var log = new WatchLog("sim", Submit, question => Task.FromResult(question(state)), _ => facts.ToAsyncEnumerable());
        var running = new NetworkWatch(options, Contracts, log, endpoints, _ => new Polling(world.Clock), status, world.Clock, NullLogger.Instance).Run(CancellationToken.None);
        while (broken is null && !running.IsCompleted && !world.IsKilled && isDone?.Invoke(status) is not true && world.Clock.Step(end))
        {
            if (world.IsNoisy && random.Next(15) == 0)
            {
                world.Change();
            }
        }

        Require(!world.IsRunaway, "it comes to rest");
        Require(isDone?.Invoke(status) is not false, $"all is scanned after quiet: up to {status.Scanned} of {world.Believed} ({status.Trouble})");
        if (broken is not null)
        {
            throw new InvalidOperationException($"Broken: {broken}.");
        }

        Seen.UnionWith(endpoints.Take(CancellationToken.None) is { IsCompletedSuccessfully: true, Result.At: > 0 } ? ["another endpoint"] : []);
        world.Clock.Clear();

        // A process that ends by itself is started again after a while.
        world.Clock.Advance(TimeSpan.FromSeconds(1));
        if (running.Exception is { } fault && !(fault.InnerException is WrongChainException && world.IsNoisy))
        {
            throw new InvalidOperationException($"The watch ended: {fault.InnerException!.Message}", fault.InnerException);
        }
    }

    /// <summary>As the log's writer does it: decided, stored whole, folded.</summary>
    private async Task<IReadOnlyList<object>> Submit(Input input)
    {
        await DieHere();
        var outcome = decider.Decide(state, input.Content, world.Clock.GetUtcNow());
        foreach (var e in outcome)
        {
            var (type, data) = StoredEvents.Types.Serialize(e);
            stored.Add((type, data.ToArray()));
            decider.Evolve(state, e);
            if (e is IFact fact)
            {
                facts.Add(fact);
                Require(ids.Add(StoredEvents.IdOf(fact)!.Value), $"fact {fact.Origin.Number} has an id of its own");
                Require(fact.Origin.Number == facts.Count, $"fact {fact.Origin.Number} is the next after {facts.Count - 1}");
                Require(fact is FactsRetracted || fact.Origin.BlockNumber <= world.MostVisible, $"fact {fact.Origin.Number} of block {fact.Origin.BlockNumber} is visible though only {world.MostVisible} is believed");
                Require(world.Chain.ByHash.ContainsKey(fact.Origin.BlockHash), $"fact {fact.Origin.Number} is of this chain");
                Require(fact is not FactsRetracted || !world.IsFinal, "nothing final is retracted");
                Seen.Add(fact.GetType().Name);
                Seen.UnionWith(fact.Origin.Sighting is null ? [] : ["a block that came back"]);
            }

            Seen.Add(e.GetType().Name);
            world.IsOpened |= e is WatchOpened;
        }

        await DieHere();
        return outcome;
    }

    private async Task DieHere()
    {
        if (world.MayDie())
        {
            await world.NeverAgain;
        }
    }

    /// <summary>Another process folds what is stored.</summary>
    private void Restart()
    {
        state = new Watch();
        foreach (var (type, data) in stored)
        {
            decider.Evolve(state, StoredEvents.Types.Deserialize(new StoredEvent(1, Guid.NewGuid(), "s", 1, type, data, world.Clock.GetUtcNow(), null, null)));
        }
    }

    private void Check()
    {
        var retracted = facts.OfType<FactsRetracted>().SelectMany(r => r.Numbers).ToList();
        Require(retracted.Distinct().Count() == retracted.Count, "a fact is retracted once");
        var gone = retracted.ToHashSet();
        var standing = facts.Where(f => f is not FactsRetracted && !gone.Contains(f.Origin.Number)).Select(Text);
        var fresh = Fresh().Select(Text).ToArray();
        Require(standing.SequenceEqual(fresh), $"the facts that stand are those of a fresh scan: {standing.Except(fresh).Count()} too many, {fresh.Except(standing).Count()} missing");
        if (broken is not null)
        {
            throw new InvalidOperationException($"Broken: {broken}.");
        }
    }

    private List<IFact> Fresh()
    {
        var watch = new Watch();
        var blocks = world.Chain.Blocks.Take((int)world.Believed + 1).Where(b => b.Logs.Count > 0).Select(b => LogTranslation.ToScanned(
            new Block(b.Number, b.Hash, b.Parent, DateTimeOffset.FromUnixTimeSeconds(b.Seconds), new Bloom(new byte[256])),
            b.Logs.Select(l => new Log(SimChain.Address, l.Topics, Hex.Decode(l.Data), b.Number, b.Hash, l.Transaction, 0, l.Index, false)), Contracts));
        var last = world.Chain.Blocks[(int)world.Believed];
        watch.Evolve(new WatchOpened("sim", SimWorld.ChainId, "", 0, world.Policy, [], default));
        return [.. decider.Decide(watch, new ScannedRange("sim", 0, world.Chain.Blocks[0].Parent, new BlockRef(last.Number, last.Hash), [.. blocks]), default).OfType<IFact>()];
    }

    private static string Text(IFact fact) => string.Create(CultureInfo.InvariantCulture, $"{fact.Origin.BlockHash}/{fact.Origin.LogIndex}/{fact switch
    {
        NodeMaintenanceChanged e => $"{e.Node} {e.InMaintenance}",
        UnmappedLogSeen e => e.Topics[0],
        _ => fact.GetType().Name,
    }}");

    /// <summary>The first broken rule is kept: the watcher takes it for an error that may pass, and goes on.</summary>
    private void Require(bool holds, string rule) => broken ??= holds ? null : rule;
}
