using System.Text;
using RabbitMQ.Client;
using Skale.Contracts;
using Skale.EventStore;
using Skale.Servers;

namespace Skale.Hosting.Tests;

public sealed class RabbitMqBusTests(Broker broker) : BusContract
{
    private readonly Uri address = broker.Server.NewVirtualHost();

    [Fact]
    public async Task queues_are_quorum_queues_and_so_are_error_queues()
    {
        await using var process = await Start(new BusEndpoint("inbox").On<ChainActivated>(_ => throw new ImpossibleInputException("no")));
        await process.Bus.Publish(new ChainActivated(new("bad"), DateTimeOffset.UnixEpoch), TestContext.Current.CancellationToken);
        await Servers.Wait.Until("the error", async () => await TakeError(process, "inbox_error") is not null, Wait.Patience, TestContext.Current.CancellationToken);
        var quorum = new Dictionary<string, object?> { ["x-queue-type"] = "quorum" };
        await Channel(async channel =>
        {
            // Declaring a queue again with other arguments is an error.
            await channel.QueueDeclareAsync("inbox", durable: true, exclusive: false, autoDelete: false, quorum, cancellationToken: TestContext.Current.CancellationToken);
            return await channel.QueueDeclareAsync("inbox_error", durable: true, exclusive: false, autoDelete: false, quorum, cancellationToken: TestContext.Current.CancellationToken);
        });
    }

    [Fact]
    public async Task an_order_to_several_nodes_is_in_the_queues_of_those_and_of_no_other()
    {
        await using var process = await Start();
        var quorum = new Dictionary<string, object?> { ["x-queue-type"] = "quorum" };
        var counts = await Channel(async channel =>
        {
            foreach (var node in Enumerable.Range(1, 4))
            {
                await channel.QueueDeclareAsync(BusEndpoint.QueueOf(new(node)), durable: true, exclusive: false, autoDelete: false, quorum, cancellationToken: TestContext.Current.CancellationToken);
            }

            await process.Bus.Publish(Pair(3, 1), TestContext.Current.CancellationToken);
            await process.Bus.Publish(Pair(9, 4), TestContext.Current.CancellationToken);
            return await Task.WhenAll(Enumerable.Range(1, 4).Select(node => channel.MessageCountAsync(BusEndpoint.QueueOf(new(node)), TestContext.Current.CancellationToken)));
        });
        Assert.Equal([1u, 0u, 1u, 1u], counts);
    }

    private protected override Task<BusProcess> Start(params BusEndpoint[] endpoints) => BusProcess.Start(address, endpoints: endpoints);

    private protected override async Task SendRaw(BusProcess process, string queue, string body) => await Channel(async channel =>
    {
        var properties = new BasicProperties { ContentType = "application/vnd.masstransit+json", DeliveryMode = DeliveryModes.Persistent };
        await channel.BasicPublishAsync("", queue, mandatory: true, properties, Encoding.UTF8.GetBytes(body), TestContext.Current.CancellationToken);
        return true;
    });

    private protected override Task<(string Body, string Reason)?> TakeError(BusProcess process, string queue) => Channel<(string, string)?>(async channel =>
        await channel.BasicGetAsync(queue, autoAck: true, TestContext.Current.CancellationToken) is { } found
            ? (Encoding.UTF8.GetString(found.Body.Span), Encoding.UTF8.GetString((byte[])found.BasicProperties.Headers!["MT-Fault-Message"]!))
            : null);

    private async Task<T> Channel<T>(Func<IChannel, Task<T>> use)
    {
        var options = new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
        await using var connection = await new ConnectionFactory { Uri = address }.CreateConnectionAsync(TestContext.Current.CancellationToken);
        await using var channel = await connection.CreateChannelAsync(options, TestContext.Current.CancellationToken);
        return await use(channel);
    }
}
