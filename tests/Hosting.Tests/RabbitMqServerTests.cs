using System.Text;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Skale.Servers;

namespace Skale.Hosting;

/// <summary>The broker the other tests stand on: a real one, durable, ours alone.</summary>
public sealed class RabbitMqServerTests(Broker broker)
{
    private static readonly Dictionary<string, object?> Quorum = new() { ["x-queue-type"] = "quorum" };
    private static readonly CreateChannelOptions Confirmed = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task a_message_confirmed_by_a_quorum_queue_is_consumed()
    {
        await using var connection = await Connect(broker.Server.NewVirtualHost());
        await using var channel = await connection.CreateChannelAsync(Confirmed, Cancellation);
        await Publish(channel, "block 17");
        Assert.Equal("block 17", await Take(channel));
    }

    [Fact]
    public async Task virtual_hosts_do_not_see_each_others_queues()
    {
        await using var first = await Connect(broker.Server.NewVirtualHost());
        await using var second = await Connect(broker.Server.NewVirtualHost());
        await using var mine = await first.CreateChannelAsync(Confirmed, Cancellation);
        await using var other = await second.CreateChannelAsync(Confirmed, Cancellation);
        await Publish(mine, "mine");
        await other.QueueDeclareAsync("facts", durable: true, exclusive: false, autoDelete: false, Quorum, cancellationToken: Cancellation);
        Assert.Null(await other.BasicGetAsync("facts", autoAck: true, Cancellation));
    }

    [Fact]
    public async Task a_confirmed_message_outlives_a_killed_broker()
    {
        await using var server = await RabbitMqServer.Start(Cancellation);
        var address = server.NewVirtualHost();
        await using (var connection = await Connect(address))
        await using (var channel = await connection.CreateChannelAsync(Confirmed, Cancellation))
        {
            await Publish(channel, "before the crash");
            await server.QueueIsOnDisk(address, "facts");
            await server.Kill();
        }

        await server.Restart(Cancellation);
        await using var again = await Connect(address);
        await using var reader = await again.CreateChannelAsync(cancellationToken: Cancellation);
        Assert.Equal("before the crash", await Take(reader));
    }

    private static Task<IConnection> Connect(Uri address) =>
        new ConnectionFactory { Uri = address, AutomaticRecoveryEnabled = false }.CreateConnectionAsync(Cancellation);

    private static async Task Publish(IChannel channel, string text)
    {
        await channel.QueueDeclareAsync("facts", durable: true, exclusive: false, autoDelete: false, Quorum, cancellationToken: Cancellation);
        await channel.BasicPublishAsync("", "facts", mandatory: true, new BasicProperties { Persistent = true }, Encoding.UTF8.GetBytes(text), Cancellation);
    }

    private static async Task<string> Take(IChannel channel)
    {
        var arrived = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, message) =>
        {
            arrived.TrySetResult(Encoding.UTF8.GetString(message.Body.Span));
            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync("facts", autoAck: true, consumer, Cancellation);
        return await arrived.Task.WaitAsync(Wait.Patience, Cancellation);
    }
}
