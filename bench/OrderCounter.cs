using System.Diagnostics;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Skale.Hosting;
using Skale.Servers;

namespace Skale.Bench;

/// <summary>Takes the orders to all nodes, each from a queue of its own as an agent does, and counts them.</summary>
internal sealed class OrderCounter(IConnection connection, IChannel channel) : IAsyncDisposable
{
    private long seen;

    public static async Task<OrderCounter> Open(Uri address, int nodes)
    {
        const string Exchange = "Skale.Contracts:StartSubnode";
        var connection = await new ConnectionFactory { Uri = address }.CreateConnectionAsync();
        var channel = await connection.CreateChannelAsync();
        var counter = new OrderCounter(connection, channel);
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += (_, _) =>
        {
            Interlocked.Increment(ref counter.seen);
            return Task.CompletedTask;
        };
        await channel.ExchangeDeclareAsync(Exchange, "direct", durable: true);
        for (var node = 0; node < nodes; node++)
        {
            var queue = (await channel.QueueDeclareAsync(BusEndpoint.QueueOf(new(node)))).QueueName;
            await channel.QueueBindAsync(queue, Exchange, $"{node}");
            await channel.BasicConsumeAsync(queue, autoAck: true, consumer);
        }

        return counter;
    }

    /// <summary>Orders a second, from the beginning of the action until so many have arrived.</summary>
    public async Task<double> Rate(int orders, Func<Task> action)
    {
        var (until, clock) = (Interlocked.Read(ref seen) + orders, Stopwatch.StartNew());
        await action();
        await Wait.Until($"{orders} orders", () => Interlocked.Read(ref seen) >= until, Wait.Patience);
        return orders / clock.Elapsed.TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        await connection.DisposeAsync();
    }
}
