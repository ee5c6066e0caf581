using System.Text.RegularExpressions;
using MassTransit;
using Microsoft.Extensions.Options;
using Skale.Cli.Commands.Nodes;
using Skale.Contracts;
using Skale.EventStore;
using Skale.Hosting;
using Skale.Metrics.Api;
using Skale.Servers;
using Skale.Servers.Stack;

namespace Skale.Story.Tests;

/// <summary>An agent started from what <c>skale node join</c> wrote serves a scheduler that demands keys; who has the broker's password and no key is not believed.</summary>
public sealed partial class JoinedAgentTests(StackFixture fixture) : IAsyncLifetime
{
    private const string ApiToken = "a token for the operator";
    private const long Later = 1_000_000;
    private static readonly NodeId node = new(0);
    private readonly string folder = Repository.NewFolder("joined");
    private readonly Dictionary<string, string> agent = [];
    private SmallStack small = null!;

    private SkaleStack Stack => small.Stack;

    private string Config => Path.Combine(folder, "agent.env");

    public async ValueTask InitializeAsync()
    {
        await SkaleCommand.Output("audit", "keygen", "--out", Path.Combine(folder, "orders.key"), "--name", "test/orders");
        small = await SmallStack.Start(fixture, Settings, Join);
    }

    public async ValueTask DisposeAsync()
    {
        await (small?.DisposeAsync() ?? ValueTask.CompletedTask);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task the_joined_agent_serves_and_in_its_name_nobody_else_can_report()
    {
        await small.Buy("alpha", SmallStack.FourSlices);
        await small.WaitForPhase("alpha", "active");

        // What the agent is to do next is open: these are the reports that would change something.
        await Stack.Agents[0].Kill();
        await Stack.Manager.DeleteChain("alpha");
        await small.Buy("beta", SmallStack.FourSlices);
        await small.WaitForPhase("alpha", "removing");
        await small.WaitForPhase("beta", "creating");
        await Forge(
            new SubnodeRemoved(node, Later, new("alpha"), Later, DateTimeOffset.UtcNow),
            new SubnodeStarted(node, Later, new("beta"), Later, "container", "sha256:1", "http://127.0.0.1:1", new(1, 1, 1), [], DateTimeOffset.UtcNow));
        Assert.Equal(("removing", "creating", 8), ((await small.Chain("alpha"))!.Phase, (await small.Chain("beta"))!.Phase, (await small.Get<NodeAnswer[]>("api/nodes")).Single().Used));

        Stack.Agents[0].Start();
        await small.WaitForPhase("alpha", "removed");
        await small.WaitForPhase("beta", "active");
        Assert.Contains("skale_scheduler_nodes_unauthenticated 0", await Stack.Scheduler.GetText("/metrics"), StringComparison.Ordinal);
    }

    /// <summary>Publishes each unsigned and signed with a key made up, and returns when all are refused.</summary>
    private async Task Forge(SubnodeRemoved removed, SubnodeStarted started)
    {
        var file = Path.Combine(folder, "forged.key");
        using (var made = SealingKey.Create("node-0"))
        {
            made.Save(file);
        }

        using var signer = new MessageSigner(Options.Create(new OrderOptions()), Options.Create(new ReportOptions { SigningKey = file, Network = Stack.Network }), Options.Create(new FactOptions()), TimeProvider.System);
        var bus = Bus.Factory.CreateUsingRabbitMq(rabbit => rabbit.Host(new Uri(Stack.BusAddress)));
        await bus.StartAsync();
        try
        {
            await bus.Publish(removed);
            await bus.Publish(removed, context => signer.Sign(context, removed));
            await bus.Publish(started);
            await bus.Publish(started, context => signer.Sign(context, started));
            await small.WaitFor("four reports in the scheduler's error queue", async () => await small.Refused() == 4);
        }
        finally
        {
            await bus.StopAsync();
        }

        var metrics = await Stack.Scheduler.GetText("/metrics");
        Assert.All(["unsigned", "forged"], fault => Assert.Contains($"skale_scheduler_reports_refused_total{{fault=\"{fault}\"}} 2", metrics, StringComparison.Ordinal));
        Assert.All([nameof(SubnodeRemoved), nameof(SubnodeStarted)], kind => Assert.Contains($"Not believed, in the name of node 0: {kind}", Stack.Scheduler.Output, StringComparison.Ordinal));
    }

    private Dictionary<string, string> Settings(string service, Dictionary<string, string> environment)
    {
        if (service == "Scheduler")
        {
            environment["Scheduler__ApiToken"] = ApiToken;
            environment["Scheduler__AgentKeys"] = "required";
            environment["Scheduler__AgentsBus"] = environment["Bus__RabbitMq"];
            environment["Orders__SigningKey"] = Path.Combine(folder, "orders.key");
        }

        return service == "NodeAgent" ? agent : environment;
    }

    /// <summary>The machine's part, as docs/operations.md has it, but for folders and images that suit a test.</summary>
    private async Task Join(SkaleStack stack)
    {
        AgentFile.Fresh.With("Store__Journal", folder).With("NodeAgent__VolumeFolder", Path.Combine(folder, "volumes")).With("NodeAgent__SocketFolder", folder)
            .With("NodeAgent__Development", "true").Write(Config);
        foreach (var service in new[] { stack.ChainWatcher, stack.Scheduler })
        {
            service.Start();
            await service.WaitUntilReady();
        }

        var token = "";
        await StackFixture.WaitFor(stack, "a token for node 0", async () => (token = Made().Match((await Run(stack, "node", "token", "0")).Output).Value).Length > 0);
        var (code, said) = await Run(stack, "node", "join", "--config", Config, "--token", token);
        Assert.True(code == 0, said);

        // As systemd reads an EnvironmentFile.
        foreach (var line in (await File.ReadAllLinesAsync(Config)).Where(l => !l.StartsWith('#')))
        {
            agent[line.Split('=', 2)[0]] = line.Split('=', 2)[1];
        }
    }

    private static Task<(int Code, string Output)> Run(SkaleStack stack, params string[] arguments) =>
        SkaleCommand.RunIn(null, new Dictionary<string, string> { ["SKALE_SCHEDULER_URL"] = $"{stack.Scheduler.Address}", ["SKALE_TOKEN"] = ApiToken }, arguments);

    [GeneratedRegex("^skale-join-[^\r\n]+", RegexOptions.Multiline)]
    private static partial Regex Made();
}
