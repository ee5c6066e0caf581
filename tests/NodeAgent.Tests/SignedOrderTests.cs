using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit;
using MassTransit.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Skale.Contracts;
using Skale.EventStore;
using Skale.Hosting;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>An agent that knows the scheduler's key follows what is signed with it, and nothing else that comes over the bus.</summary>
public sealed class SignedOrderTests : IAsyncLifetime
{
    private readonly string folder = Repository.NewFolder("orders");
    private readonly ConcurrentQueue<string> errors = [];
    private SealingKey key = null!;
    private AgentProcess agent = null!;

    private string KeyFile => Path.Combine(folder, "orders.key");

    public async ValueTask InitializeAsync()
    {
        key = SealingKey.Create("test/orders");
        key.Save(KeyFile);
        using var next = SealingKey.Create("test/orders-2");
        next.Save(Path.Combine(folder, "next.key"));
        agent = await AgentProcess.Start(
            Path.Combine(folder, "journal"), [Some.Node], ("NodeAgent:Simulate", "true"), ("NodeAgent:Development", "true"), ("NodeAgent:DemandSignedOrders", "true"),
            ("NodeAgent:SchedulerKeys", $"{key.Verifier}, {next.Verifier}"));
        await agent.Services.GetRequiredService<IBus>().ConnectReceiveEndpoint($"{NodeAgentSetup.NameOf(Some.Node)}_error", e =>
        {
            e.ConfigureConsumeTopology = false;
            e.DiscardFaultedMessages();
            e.DiscardSkippedMessages();
            e.ConfigureReceive(r => r.UseExecute(c => errors.Enqueue(c.TransportHeaders.Get<string>("MT-Fault-Message") ?? "")));
        }).Ready;
    }

    public async ValueTask DisposeAsync()
    {
        await agent.DisposeAsync();
        key.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("orders.key")]
    [InlineData("next.key")]
    public async Task an_order_signed_with_a_known_key_is_followed(string file)
    {
        await agent.Order(Some.Start("alpha", 1), Signed(Some.Start("alpha", 1), Path.Combine(folder, file)));
        await agent.Report<SubnodeStarted>("alpha");
        Assert.Empty(errors);
    }

    [Fact]
    public async Task an_order_without_a_signature_starts_nothing_and_is_told_of()
    {
        await agent.Order(Some.Start("alpha", 1));
        await Refused("is not signed", "unsigned");
    }

    public static TheoryData<string, StartSubnode> Forgeries { get; } = new()
    {
        { "another image", Some.Start("alpha", 1) with { Subnode = Some.Subnode("alpha", 1, image: "evil@sha256:0") } },
        { "another node's", Some.Start("alpha", 1) with { Node = new(8) } },
        { "a later generation", Some.Start("alpha", 2) },
        { "other peers", Some.Start("alpha", 1) with { Subnode = Some.Subnode("alpha", 1) with { Peers = [new Peer(new(1), "192.0.2.1", 1)] } } },
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task a_signature_is_good_for_its_own_order_only(string what, StartSubnode signed)
    {
        Assert.NotEmpty(what);
        await agent.Order(Some.Start("alpha", 1), Signed(signed, KeyFile));
        await Refused("is not what was signed", "forged");
    }

    [Fact]
    public async Task an_order_to_several_nodes_is_signed_once_for_all()
    {
        var order = new StartSubnodes(Some.Subnode("alpha", 1), [new(new(8), 5, 0, 10_000, null), new(Some.Node, 1, 0, 10_000, null)], [], Some.Time);
        await agent.Order(order, Signed(order, KeyFile));
        await agent.Report<SubnodeStarted>("alpha");
        Assert.Empty(errors);
    }

    [Fact]
    public async Task what_was_signed_for_others_is_not_followed_by_a_node_put_among_them()
    {
        var order = new StartSubnodes(Some.Subnode("alpha", 1), [new(new(8), 5, 0, 10_000, null)], [], Some.Time);
        await agent.Order(order with { Orders = [.. order.Orders, new(Some.Node, 1, 0, 10_000, null)] }, Signed(order, KeyFile));
        await Refused("is not what was signed", "forged");
    }

    [Fact]
    public async Task a_signature_is_good_for_its_own_message_only()
    {
        await agent.Order(Some.Start("alpha", 1), context =>
        {
            Signed(Some.Start("alpha", 1), KeyFile)(context);
            context.MessageId = Guid.NewGuid();
        });
        await Refused("is not what was signed", "forged");
    }

    [Fact]
    public async Task another_key_is_refused_by_name()
    {
        using var other = SealingKey.Create("test/orders");
        other.Save(Path.Combine(folder, "other.key"));
        await agent.Order(Some.Start("alpha", 1), Signed(Some.Start("alpha", 1), Path.Combine(folder, "other.key")));
        await Refused("is not signed by test/orders+", "forged");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("skale-order/1\n\n\u2014 test/orders AAAA\n")]
    public async Task what_is_no_signature_is_refused(string header)
    {
        await agent.Order(Some.Start("alpha", 1), context => context.Headers.Set(BusHeaders.Order, header));
        await Refused("", "forged");
    }

    [Theory]
    [InlineData("message", "Message", "is no message of ours: it has 2 bodies")]
    [InlineData("Message", "message", "is no message of ours: it has 2 bodies")]
    [InlineData("message", "other", null)]
    public async Task a_second_body_beside_the_signed_one_is_not_followed(string first, string second, string? reason)
    {
        // A member that this agent does not know, as a newer scheduler would send it.
        var body = JsonSerializer.SerializeToNode(Some.Start("alpha", 1), SystemTextJsonMessageSerializer.Options)!.AsObject();
        body["addedLater"] = 17;
        var (id, evil) = (Guid.NewGuid(), body.DeepClone());
        evil["subnode"]!["image"] = "evil";
        var digest = Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Of(Encoding.UTF8.GetBytes(body.ToJsonString()), lossless: true)));
        var note = SignedNote.Sign(new OrderNote("StartSubnode", [(Some.Node, 1)], id, DateTimeOffset.UtcNow.AddDays(1), digest).Lines, key);
        await agent.SendRaw(Some.Node, new JsonObject
        {
            ["messageId"] = $"{id}",
            ["messageType"] = new JsonArray("urn:message:Skale.Contracts:StartSubnode"),
            ["headers"] = new JsonObject { [BusHeaders.Order] = $"{note}" },
            [first] = body,
            [second] = evil,
        }.ToJsonString());
        await (reason is null ? agent.Report<SubnodeStarted>("alpha") : Refused(reason, "forged"));
    }

    [Fact]
    public async Task an_order_that_lay_too_long_is_refused_and_the_assignment_asked_for()
    {
        await agent.Order(Some.Start("alpha", 1), Signed(Some.Start("alpha", 1), KeyFile, TimeSpan.FromDays(-2)));
        await Refused("was good until", "expired");
        Assert.Equal(0, (await agent.Report<AssignmentRequested>("what it missed")).Generation);
        var all = Some.Assign(1, [Some.Subnode("alpha", 1)]);
        await agent.Order(all, Signed(all, KeyFile));
        await agent.Report<SubnodeStarted>("alpha");
    }

    [Fact]
    public void without_a_key_an_agent_that_demands_signed_orders_does_not_start()
    {
        Assert.Contains(new NodeAgentOptions { Network = "test", DemandSignedOrders = true }.Problems(), p => p.StartsWith("NodeAgent:DemandSignedOrders is true", StringComparison.Ordinal));
        Assert.Contains(new NodeAgentOptions { Network = "test", SchedulerKeys = "nonsense" }.Problems(), p => p.Contains("'nonsense' is not a verifier key", StringComparison.Ordinal));
        Assert.Empty(new NodeAgentOptions { Network = "test", DemandSignedOrders = true, SchedulerKeys = $"{key.Verifier}" }.Problems());
    }

    private static Action<PublishContext> Signed(object order, string file, TimeSpan later = default) => context =>
    {
        using var signer = new MessageSigner(Options.Create(new OrderOptions { SigningKey = file }), Options.Create(new ReportOptions()), Options.Create(new FactOptions()), new Later(later));
        signer.Sign(context, order);
    };

    /// <summary>It is in the error queue with that reason, counted, and in no log.</summary>
    private async Task Refused(string reason, string fault)
    {
        await Wait.Until("the order is in the error queue", () => !errors.IsEmpty, Wait.Patience);
        Assert.Contains(reason, Assert.Single(errors), StringComparison.Ordinal);
        Assert.Contains($"skale_agent_orders_refused_total{{node=\"{Some.Node}\",fault=\"{fault}\"}} 1", agent.Services.GetRequiredService<PrometheusText>().Render(), StringComparison.Ordinal);
        Assert.Equal(0, await agent.Log(Some.Node, a => a.Generation));
        Assert.Empty(agent.Reports.OfType<SubnodeStarted>());
    }

    private sealed class Later(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
