using System.Globalization;
using Skale.Contracts;
using Skale.Servers;
using Skale.Servers.Stack;

namespace Skale.NodeAgent.Tests;

/// <summary>A real agent, killed at random points of restores and wipes: the data is the old or the new, or gone as ordered, and what was recorded is carried out.</summary>
public sealed class DataCrashTests
{
    private const int Rounds = 12;

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task a_kill_leaves_old_data_or_new(bool sized, bool divided)
    {
        var seed = Environment.GetEnvironmentVariable("SKALE_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"SKALE_SEED={seed}");
        var random = new Random(seed);
        await using var broker = await RabbitMqServer.Start(TestContext.Current.CancellationToken);
        var address = broker.NewVirtualHost();
        await using var node = await EngineNode.Open();
        await using var scheduler = await AgentProcess.Start(Repository.NewFolder("none"), [], ("Bus:InMemory", "false"), ("Bus:RabbitMq", $"{address}"));
        await using var agent = new ServiceProcess("NodeAgent", new Dictionary<string, string>
        {
            ["Store__Journal"] = node.Journal,
            ["Bus__RabbitMq"] = $"{address}",
            ["NodeAgent__Network"] = EngineNode.Network,
            ["NodeAgent__NodeId"] = $"{node.Id}",
            ["NodeAgent__VolumeFolder"] = node.Volumes,
            ["NodeAgent__SocketFolder"] = node.Sockets,
            ["NodeAgent__HealthEvery"] = "00:00:01",
            ["NodeAgent__VerifyEvery"] = "00:00:02",
            ["NodeAgent__StopTimeout"] = "00:00:01",
        });
        var subnode = node.Subnode("alpha", 1) is var s && sized ? s with { Limits = s.Limits with { DiskBytes = 32 << 20 } } : s;
        subnode = divided ? subnode with { Sidecars = [await Beside(node)], DataParts = [new("db", 300, ["beside"]), new("files", 300)] } : subnode;
        using var op = Operator.Of(node);
        var file = Path.Combine(node.Sockets, "alpha.backup");
        string[] mounts = [node.MountOf("alpha"), .. (subnode.DataParts ?? []).Select(p => node.MountOf("alpha", p.Name))];
        await Run();
        await Mark("new");
        await op.BackUp("alpha", file);
        var outcomes = new List<string>();
        for (var round = 0; round < Rounds; round++)
        {
            await Mark("old");
            var told = scheduler.Reports.Count;
            var isWipe = random.Next(2) == 0;
            var order = isWipe ? op.Wipe("alpha", 1) : (Task)op.Restore("alpha", file, 1);
            await Wait.For(TimeSpan.FromMilliseconds(random.Next((isWipe ? 1000 : 1500) * (divided ? 2 : 1))), "the agent to be somewhere in its work");
            await agent.Kill();
            await order.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            await Run();
            var done = scheduler.Reports.Skip(told).Any(r => r is DataWiped or DataRestored);
            var found = string.Join(" and ", (await Marked()).Distinct());
            Assert.True(found == (done ? isWipe ? "none" : "new" : "old"), $"SKALE_SEED={seed}, round {round}, {(isWipe ? "wipe" : "restore")}, {(done ? "told" : "not told")} as done: the data is '{found}'.");
            outcomes.Add($"{(isWipe ? "wipe" : "restore")}: {found}");
        }

        await Wait.Until($"SKALE_SEED={seed}: nothing is left beside the data", () => Directory.EnumerateFileSystemEntries(node.Volumes, "*.re*", SearchOption.AllDirectories).Concat(
            mounts.SelectMany(m => Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(m)!, "_data.re*"))).ToArray() is [], Wait.Patience);
        Assert.Equal((divided ? 2 : 1, 1, mounts.Length), await node.Count());
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", outcomes));

        Task Mark(string text) => Task.WhenAll(mounts.Select(m => File.WriteAllTextAsync(Path.Combine(m, "marker"), text)));

        Task<string[]> Marked() => Task.WhenAll(mounts.Select(m => Path.Combine(m, "marker")).Select(async m => File.Exists(m) ? await File.ReadAllTextAsync(m) : "none"));

        // Starts the agent, tells it its assignment, and waits until the chain answers: what is recorded is done by then.
        async Task Run()
        {
            var enrolled = scheduler.Reports.OfType<NodeEnrolled>().Count();
            agent.Start();
            try
            {
                await Wait.Until($"SKALE_SEED={seed}: the agent to enrol", () => scheduler.Reports.OfType<NodeEnrolled>().Count() > enrolled, Wait.Patience);
                var since = scheduler.Reports.OfType<NodeEnrolled>().Last().Report;
                await scheduler.Order(node.Assign(1, subnode));
                await Wait.Until($"SKALE_SEED={seed}: the chain to answer", () => scheduler.Reports.OfType<SubnodeStarted>().Any(r => r.Report > since), Wait.Patience);
            }
            catch (TimeoutException e)
            {
                throw new TimeoutException($"{e.Message} The agent's last words: {agent.Output[^Math.Min(3000, agent.Output.Length)..]}", e);
            }
        }
    }

    private static async Task<Sidecar> Beside(EngineNode node) =>
        new("beside", await TestImages.Box(node.Engine), new(150, 150, 150, 150), ["sh", "-c", "trap exit TERM; while :; do date > /data/db/last; sleep 1 & wait; done"]);
}
