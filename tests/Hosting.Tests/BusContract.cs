using System.Collections.Concurrent;
using System.Text.Json;
using MassTransit;
using Microsoft.Extensions.Options;
using Skale.Contracts;
using Skale.EventStore;
using Skale.Servers;

namespace Skale.Hosting.Tests;

/// <summary>What a service may rely on, whichever bus it runs on.</summary>
public abstract class BusContract
{
    private static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly ConcurrentQueue<object> heard = new();

    private protected abstract Task<BusProcess> Start(params BusEndpoint[] endpoints);

    /// <summary>A body as some other program might send it, straight to a queue.</summary>
    private protected abstract Task SendRaw(BusProcess process, string queue, string body);

    /// <summary>The oldest message of an error queue as its text and the reason it is there, or null.</summary>
    private protected abstract Task<(string Body, string Reason)?> TakeError(BusProcess process, string queue);

    [Fact]
    public async Task every_subscriber_gets_every_fact()
    {
        await using var process = await Start(
            new BusEndpoint("one").On<ChainActivated>(c => Hear(("one", c.Message))), new BusEndpoint("two").On<ChainActivated>(c => Hear(("two", c.Message))));
        var activated = new ChainActivated(new("alpha"), At);
        await process.Bus.Publish(activated, TestContext.Current.CancellationToken);
        await Heard(2);
        Assert.Equivalent(new[] { ("one", activated), ("two", activated) }, heard);
    }

    [Fact]
    public async Task lists_nulls_enums_and_durations_arrive_as_they_were_sent()
    {
        await using var process = await Start(
            new BusEndpoint("inbox").On<ChainBought>(c => Hear(c.Message)).On<NodeEnrolled>(c => Hear(c.Message)));
        var origin = new FactOrigin("test", 1, 2, "0x1", "0x2", At, "0x3", 0);
        object[] sent =
        [
            new ChainBought(origin, new("alpha"), "0x4", "0x5", 0, 2, TimeSpan.FromDays(30) + TimeSpan.FromMicroseconds(1), null),
            new ChainBought(origin, new("beta"), "0x4", "0x5", 0, 2, TimeSpan.Zero, [new(1), new(2)]),
            new NodeEnrolled(
                new(17), 3, new Machine("host", 4, 1L << 40, 1, "20.10", "1.41", "Debian", false), 2,
                [new SubnodeStatus(new("alpha"), 1, SubnodeCondition.Failing, null), new SubnodeStatus(new("beta"), 1, SubnodeCondition.Running, "a reason")], At),
        ];
        foreach (var message in sent)
        {
            await process.Bus.Publish(message, message.GetType(), TestContext.Current.CancellationToken);
        }

        await Heard(3);
        Assert.Equal(sent.Select(Text).Order(), heard.Select(Text).Order());
        static string Text(object message) => JsonSerializer.Serialize(message, message.GetType());
    }

    [Fact]
    public async Task an_order_reaches_the_node_it_is_for_and_no_other()
    {
        await using var process = await Start(Orders(1), Orders(2));
        for (var number = 1; number <= 10; number++)
        {
            await process.Bus.Publish(new RemoveSubnode(new(1 + (number % 2)), number, new("alpha"), At), TestContext.Current.CancellationToken);
            await process.Bus.Publish(new AssignNode(new(1 + (number % 2)), number, [], [], At), TestContext.Current.CancellationToken);
            await process.Bus.Publish(new RemoveSubnode(new(3), number, new("alpha"), At), TestContext.Current.CancellationToken);
        }

        await Heard(20);
        Assert.All(heard.Cast<(long To, NodeId For)>(), order => Assert.Equal(order.To, order.For.Value));
    }

    [Fact]
    public async Task an_order_to_several_nodes_reaches_each_of_them_under_one_id()
    {
        await using var process = await Start([.. Enumerable.Range(1, 4).Select(node => new BusEndpoint(BusEndpoint.QueueOf(new(node)))
            .OnSent<StartSubnodes>(c => c.Message.For(new(node)) is { } mine ? Hear((node, c.MessageId!.Value, mine.Generation, mine.Subnode.Slot, mine.Subnode.Peers!.Single().Node)) : Task.CompletedTask))]);
        var id = Guid.NewGuid();
        await process.Bus.Publish(Pair(3, 1), context => context.MessageId = id, TestContext.Current.CancellationToken);
        await process.Bus.Publish(Pair(9, 4), context => context.MessageId = id, TestContext.Current.CancellationToken);
        await Heard(3);
        Assert.Equal(new object[] { (3, id, 30L, 3, new NodeId(1)), (1, id, 10L, 1, new NodeId(3)), (4, id, 40L, 4, new NodeId(9)) }.ToHashSet(), heard.ToHashSet());
    }

    private protected static StartSubnodes Pair(int one, int other) => new(
        new(new("alpha"), "0x1", 1, 1, one, 0, new(1, 1, 1), "evm", one * 10), [.. new[] { one, other }.Select(n => new NodeOrder(new(n), n * 10, n, n * 64, null))],
        [new(new(one), "10.0.0.1", 0), new(new(other), "10.0.0.2", 0)], At);

    [Fact]
    public async Task a_signed_order_is_known_at_the_other_end_and_another_is_not()
    {
        using var key = SealingKey.Create("test/orders");
        var file = Path.Combine(Repository.NewFolder("orders"), "orders.key");
        key.Save(file);
        using var signer = new MessageSigner(Options.Create(new OrderOptions { SigningKey = file }), Options.Create(new ReportOptions()), Options.Create(new FactOptions()), TimeProvider.System);
        var verifier = new OrderVerifier([key.Verifier], TimeProvider.System);
        await using var process = await Start(new BusEndpoint("inbox").On<RemoveSubnode>("1", c =>
        {
            verifier.Require(c);
            return Hear(c.Message.Generation);
        }));
        var order = new RemoveSubnode(new(1), 1, new("alpha"), At);
        await process.Bus.Publish(order with { Generation = 2 }, TestContext.Current.CancellationToken);
        await process.Bus.Publish(order, context => signer.Sign(context, order), TestContext.Current.CancellationToken);
        await Heard(1);
        Assert.Equal([1L], heard);
        Assert.Contains("is not signed", (await Error(process, "inbox_error")).Reason, StringComparison.Ordinal);
    }

    /// <summary>Facts and differences are signed alike; a difference has no number.</summary>
    [Fact]
    public async Task a_signed_fact_is_known_at_the_other_end_and_another_is_not()
    {
        using var key = SealingKey.Create("test/facts");
        var file = Path.Combine(Repository.NewFolder("facts"), "facts.key");
        key.Save(file);
        using var signer = new MessageSigner(Options.Create(new OrderOptions()), Options.Create(new ReportOptions()), Options.Create(new FactOptions { SigningKey = file }), TimeProvider.System);
        var verifier = new FactVerifier([key.Verifier]);
        await using var process = await Start(new BusEndpoint("inbox").On<ChainTypeRemoved>(c => Checked(c, c.Message.TypeId)).On<ManagerDifferenceGone>(c => Checked(c, c.Message.Subject)));
        var fact = new ChainTypeRemoved(new("test", 1, 2, "0x1", "0x2", At, "0x3", 0), 7);
        var gone = new ManagerDifferenceGone("test", "node 3", "free units", 8, "0xc", At);
        await process.Bus.Publish(fact with { TypeId = 8 }, context => signer.Sign(context, fact), TestContext.Current.CancellationToken);
        await process.Bus.Publish(fact, context => signer.Sign(context, fact), TestContext.Current.CancellationToken);
        await process.Bus.Publish(gone, context => signer.Sign(context, gone), TestContext.Current.CancellationToken);
        await Heard(2);
        Assert.Equal(new object[] { 7L, "node 3" }.ToHashSet(), heard.ToHashSet());
        Assert.Contains("is not what was signed", (await Error(process, "inbox_error")).Reason, StringComparison.Ordinal);

        Task Checked<T>(ConsumeContext<T> context, object what)
            where T : class
        {
            verifier.Require(context);
            return Hear(what);
        }
    }

    [Fact]
    public async Task an_endpoint_in_order_hears_in_the_order_of_publishing()
    {
        await using var process = await Start(new BusEndpoint("orders") { InOrder = true }.On<RemoveSubnode>("1", c => Hear(c.Message.Generation)));
        for (var number = 1L; number <= 200; number++)
        {
            await process.Bus.Publish(new RemoveSubnode(new(1), number, new("alpha"), At), TestContext.Current.CancellationToken);
        }

        await Heard(200);
        Assert.Equal(Enumerable.Range(1, 200).Select(n => (object)(long)n), heard);
    }

    [Theory]
    [InlineData("this is no JSON", "")]
    [InlineData("""{"messageType":["urn:message:Skale.Contracts:ChainActivated"],"message":{"chain":"alpha"}}""", "at")]
    [InlineData("""{"messageType":["urn:message:Skale.Contracts:ChainActivated"],"message":{"chain":null,"at":"2026-01-01T00:00:00Z"}}""", "chain")]
    public async Task what_nobody_can_read_goes_to_the_error_queue_with_a_reason_and_the_rest_goes_on(string body, string reason)
    {
        await using var process = await Start(new BusEndpoint("inbox").On<ChainActivated>(c => Hear(c.Message.Chain)));
        await SendRaw(process, "inbox", body);
        await process.Bus.Publish(new ChainActivated(new("beta"), At), TestContext.Current.CancellationToken);
        await Heard(1);
        Assert.Equal([new ChainName("beta")], heard);
        var error = await Error(process, "inbox_error");
        Assert.Equal(body, error.Body);
        Assert.Contains(reason, error.Reason, StringComparison.OrdinalIgnoreCase);
        Assert.NotEmpty(error.Reason);
    }

    [Fact]
    public async Task what_a_handler_refuses_goes_to_the_error_queue_with_its_reason_and_the_rest_goes_on()
    {
        await using var process = await Start(new BusEndpoint("inbox").On<ChainActivated>(c =>
            c.Message.Chain.Value == "bad" ? throw new ImpossibleInputException("There is no such chain.") : Hear(c.Message.Chain)));
        await process.Bus.Publish(new ChainActivated(new("bad"), At), TestContext.Current.CancellationToken);
        await process.Bus.Publish(new ChainActivated(new("good"), At), TestContext.Current.CancellationToken);
        await Heard(1);
        var error = await Error(process, "inbox_error");
        Assert.Contains("bad", error.Body, StringComparison.Ordinal);
        Assert.Contains("There is no such chain.", error.Reason, StringComparison.Ordinal);
    }

    private BusEndpoint Orders(long node) => new BusEndpoint($"node-{node}")
        .On<RemoveSubnode>($"{node}", c => Hear((node, c.Message.Node))).On<AssignNode>($"{node}", c => Hear((node, c.Message.Node)));

    private Task Hear(object what)
    {
        heard.Enqueue(what);
        return Task.CompletedTask;
    }

    private Task Heard(int count) => Wait.Until($"{count} messages", () => heard.Count >= count, Wait.Patience, TestContext.Current.CancellationToken);

    private async Task<(string Body, string Reason)> Error(BusProcess process, string queue)
    {
        (string, string)? found = null;
        await Wait.Until($"a message in {queue}", async () => (found = await TakeError(process, queue)) is not null, Wait.Patience, TestContext.Current.CancellationToken);
        return found!.Value;
    }
}
