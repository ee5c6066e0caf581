using System.Text.Json;
using Skale.ChainWatcher.Domain;
using Skale.Contracts;
using Skale.Ethereum;
using Skale.EventStore;
using Skale.Servers;

namespace Skale.ChainWatcher.Tests;

/// <summary>A real watcher process on a chain that grows is killed by SIGKILL at moments that nothing determines, again and again on the same journal.</summary>
public sealed class KillTests
{
    private const int Lanes = 4, RoundsOfLane = 25;

    private static long LastBlock => Recording.Blocks.Count - 1;

    [Fact]
    public async Task a_watcher_killed_100_times_loses_doubles_and_renumbers_no_fact()
    {
        var seed = Random.Shared.Next(1_000_000);
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var whole = await WholeScan();

        // A round is mostly waiting for a process to start: several side by side.
        var grown = await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(() => Lane(new Random((seed * Lanes) + lane), whole, $"seed {seed}, lane {lane}"))));

        Assert.True(grown.Sum() >= Lanes * RoundsOfLane / 4, $"Seed {seed}: only {grown.Sum()} of {Lanes * RoundsOfLane} rounds recorded facts.");
    }

    /// <returns>How many of the killed processes had recorded facts.</returns>
    private static async Task<int> Lane(Random random, string[] whole, string name)
    {
        await using var node = await ReplayNode.Start();
        node.Head = 0;
        var (journal, before, grown) = (Repository.NewFolder("killed"), 0, 0);
        for (var round = 1; round <= RoundsOfLane; round++)
        {
            await RunUntilKilled(node, journal, random, goal: LastBlock * round / RoundsOfLane, killAtOpening: round % 5 == 0);
            var facts = await Recorded(journal);
            Assert.True(facts.SequenceEqual(whole.Take(facts.Count)), $"{name}, round {round}: the {facts.Count} recorded facts are not the first of one whole scan.");
            Assert.True(facts.Count >= before, $"{name}, round {round}: of {before} facts {facts.Count} are left.");
            (before, grown) = (facts.Count, grown + (facts.Count > before ? 1 : 0));
        }

        (node.Head, node.OnRequest) = (LastBlock, () => { });
        await using var last = Watcher(node, journal);
        await Wait.Until($"{name}: all {whole.Length} facts", async () => (await Recorded(journal)).Count >= whole.Length, Wait.Patience);
        await last.Kill();
        Assert.Equal(whole, await Recorded(journal));
        return grown;
    }

    /// <summary>The chain grows with each request, so that the process is killed in the midst of its work, however slow the machine is.</summary>
    private static async Task RunUntilKilled(ReplayNode node, string journal, Random random, long goal, bool killAtOpening)
    {
        var (asked, enough) = (0, random.Next(1, 100));
        var step = random.Next(1, 30);
        node.OnRequest = () =>
        {
            Interlocked.Increment(ref asked);
            node.Head = Math.Max(node.Head, Math.Min(goal, node.Head + step));
        };
        await using var watcher = Watcher(node, journal);
        if (!killAtOpening)
        {
            await Wait.Until($"{enough} requests of the watcher, {watcher.Output}", () => watcher.HasExited || Volatile.Read(ref asked) >= enough, Wait.Patience);
        }

        await Wait.For(TimeSpan.FromMilliseconds(random.NextDouble() * (killAtOpening ? 400 : 20)), "a moment that nothing determines");
        Assert.False(watcher.HasExited, watcher.Output);
        await watcher.Kill();
    }

    private static ServerProcess Watcher(ReplayNode node, string journal)
    {
        var settings = WatcherHost.Settings(journal, node.Http, "", ("ChainWatcher:Contracts", Recording.ContractsFile), ("ChainWatcher:WindowBlocks", "40"), ("ChainWatcher:PollInterval", "00:00:00.050"));
        settings["ASPNETCORE_URLS"] = "http://127.0.0.1:0";

        // The victim lives too short for its code to be worth optimising.
        settings["DOTNET_TieredPGO"] = "0";
        return ServerProcess.Start(Path.Combine(AppContext.BaseDirectory, "Skale.ChainWatcher"), [], settings);
    }

    private static async Task<string[]> WholeScan()
    {
        await using var node = await ReplayNode.Start();
        using var rpc = new JsonRpcClient(node.Http);
        var contracts = ContractFiles.Load(new ChainWatcherOptions { Contracts = Recording.ContractsFile });
        var scan = await new LogScanner(rpc, contracts, Some.Network, TimeProvider.System).Window(0, LastBlock, default);
        return [.. Spec.Given(Some.Opened with { FromBlock = 0 }, scan).Recorded.OfType<IFact>().Select(fact => Text(StoredEvents.IdOf(fact)!.Value, fact.Origin.Number, fact))];
    }

    /// <summary>As another process reads them, before the next writer repairs anything; also makes sure that the scanned ranges hang together.</summary>
    private static async Task<List<string>> Recorded(string journal)
    {
        var folder = Path.Combine(journal, ChainWatcherSetup.Name);
        var facts = new List<string>();
        if (!Directory.Exists(folder))
        {
            return facts;
        }

        await using var log = JournalLog.OpenReader(folder, ChainWatcherSetup.Name);
        long next = 0;
        await foreach (var stored in log.ReadAll())
        {
            switch (StoredEvents.Types.Deserialize(stored))
            {
                case IFact fact:
                    facts.Add(Text(stored.Id, stored.Version, fact));
                    break;
                case BlocksScanned range:
                    Assert.Equal(next, range.FromBlock);
                    next = range.ToBlock + 1;
                    break;
            }
        }

        return facts;
    }

    private static string Text(Guid id, long number, IFact fact) => $"{number} {id} {JsonSerializer.Serialize<object>(fact)}";
}
