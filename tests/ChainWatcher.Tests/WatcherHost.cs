using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using MassTransit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Skale.Contracts;
using Skale.Hosting;
using Skale.Servers;

namespace Skale.ChainWatcher.Tests;

/// <summary>The watcher as it really runs, on a journal and the in-memory bus, with a subscriber that keeps what it is sent.</summary>
internal sealed class WatcherHost : IAsyncDisposable
{
    private static readonly HttpClient Http = new();
    private readonly WebApplication app;

    private WatcherHost(WebApplication app) => this.app = app;

    /// <summary>The facts in the order of their arrival, with the ids of their messages.</summary>
    public ConcurrentQueue<(Guid? Id, IFact Fact)> Arrived { get; } = [];

    /// <summary>What was published of comparisons with the contracts.</summary>
    public ConcurrentQueue<object> Compared { get; } = [];

    public IEnumerable<IFact> Facts => Arrived.Select(a => a.Fact);

    /// <summary>The facts by their numbers: the bus may swap neighbours.</summary>
    public IEnumerable<IFact> InOrder => Facts.OrderBy(f => f.Origin.Number);

    /// <summary>What is on its way may arrive out of turn, so it is waited for; a repeat or a gap stays.</summary>
    public Task UntilNumberedWithoutGaps() => Wait.Until(
        "facts numbered 1, 2, 3 ... without gap or repeat",
        () => InOrder.Select(f => f.Origin.Number).ToArray() is { Length: > 0 } numbers && numbers.SequenceEqual(Enumerable.Range(1, numbers.Length).Select(n => (long)n)),
        Wait.Patience);

    /// <summary>Called for each fact on its arrival.</summary>
    public Action<IFact> OnArrival { get; set; } = _ => { };

    /// <summary>Starts on a journal folder: the same one resumes.</summary>
    public static async Task<WatcherHost> Start(string journal, Uri rpc, string contract, params (string Option, string Value)[] more)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(Settings(journal, rpc, contract, more).Select(s => new KeyValuePair<string, string?>(s.Key.Replace("__", ":", StringComparison.Ordinal), s.Value)));
        builder.AddChainWatcher().AddSkale();
        builder.Logging.ClearProviders();
        WatcherHost? host = null;
        builder.Services.AddSingleton(Subscriber((id, fact) =>
        {
            host!.Arrived.Enqueue((id, fact));
            host.OnArrival(fact);
        }).On<ManagerDiffers>(c => Keep(c.Message)).On<ManagerDifferenceGone>(c => Keep(c.Message)));
        var app = builder.Build().MapSkale();
        app.Urls.Add("http://127.0.0.1:0");
        host = new WatcherHost(app);
        await app.StartAsync();
        return host;

        Task Keep(object said)
        {
            host!.Compared.Enqueue(said);
            return Task.CompletedTask;
        }
    }

    /// <summary>The same as environment variables of a process.</summary>
    public static Dictionary<string, string> Settings(string journal, Uri rpc, string contract, params (string Option, string Value)[] more)
    {
        var settings = new Dictionary<string, string>
        {
            ["ChainWatcher__Network"] = Some.Network,
            ["ChainWatcher__Rpc"] = rpc.ToString(),
            ["ChainWatcher__ContractAddress"] = contract,
            ["ChainWatcher__Finality"] = "latest",
            ["ChainWatcher__PollInterval"] = "00:00:00.200",
            ["Store__Journal"] = journal,
            ["Bus__InMemory"] = "true",
        };
        foreach (var (option, value) in more)
        {
            settings[option.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return settings;
    }

    public Task UntilArrived(int facts) => Wait.Until($"{facts} facts on the bus, {Arrived.Count} came", () => Arrived.Count >= facts, Wait.Patience);

    /// <summary>The last scanned block.</summary>
    public long Scanned => app.Services.GetRequiredService<WatchStatus>().Scanned;

    public Task UntilScanned(long block) => Wait.Until($"block {block} scanned", () => Scanned >= block, Wait.Patience);

    /// <summary>The watcher's line of the health report: null when it is healthy.</summary>
    public async Task<string?> Trouble()
    {
        using var answer = await Http.GetAsync(new Uri($"{app.Urls.First()}/health/ready"));
        var report = await answer.Content.ReadFromJsonAsync<JsonElement>();
        var mine = report.GetProperty("checks").EnumerateArray().Single(c => c.GetProperty("name").GetString() == "chainwatcher");
        return mine.GetProperty("status").GetString() == "Healthy" ? null : mine.GetProperty("reason").GetString();
    }

    /// <summary>A single request that fails on a busy machine is trouble until the next one succeeds.</summary>
    public Task UntilHealthy() => Wait.Until("health", async () => await Trouble() is null, Wait.Patience);

    public Task<string> Metrics() => Http.GetStringAsync(new Uri($"{app.Urls.First()}/metrics"));

    public Task Publish(object message) => app.Services.GetRequiredService<IBus>().Publish(message);

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static BusEndpoint Subscriber(Action<Guid?, IFact> take)
    {
        var endpoint = new BusEndpoint("subscriber");
        Add<NodeRegistered>();
        Add<NodeExitStarted>();
        Add<NodeExitCompleted>();
        Add<NodeMaintenanceChanged>();
        Add<NodeComplianceChanged>();
        Add<NodeAddressChanged>();
        Add<ChainTypeAdded>();
        Add<ChainTypeRemoved>();
        Add<ChainBought>();
        Add<ChainDeleted>();
        Add<ChainRotated>();
        Add<RotationDelaySkipped>();
        Add<KeyCeremonyStarted>();
        Add<KeyShareBroadcast>();
        Add<KeyDataReceived>();
        Add<KeyCeremonyCompleted>();
        Add<KeyCeremonyFailed>();
        Add<KeyComplaintSent>();
        Add<KeyComplaintRejected>();
        Add<ConstantChanged>();
        Add<IpRangeAdded>();
        Add<IpRangeRemoved>();
        Add<ContractUpgraded>();
        Add<ManagerVersionChanged>();
        Add<BountyReceived>();
        Add<UnmappedLogSeen>();
        Add<FactsRetracted>();
        return endpoint;

        void Add<T>()
            where T : class, IFact => endpoint.On<T>(context =>
            {
                take(context.MessageId, context.Message);
                return Task.CompletedTask;
            });
    }
}
