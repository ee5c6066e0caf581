using RabbitMQ.Client;

namespace Skale.Hosting.Tests;

/// <summary>A quorum queue of the test's own, bound to what one contract is published to and read without any of our code.</summary>
internal sealed class RawQueue(Uri address, string exchange)
{
    public const string Name = "raw";
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task Bind()
    {
        await using var connection = await Connect();
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancellation);
        await channel.ExchangeDeclareAsync(exchange, ExchangeType.Fanout, durable: true, cancellationToken: Cancellation);
        await channel.QueueDeclareAsync(
            Name, durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" }, cancellationToken: Cancellation);
        await channel.QueueBindAsync(Name, exchange, "", cancellationToken: Cancellation);
    }

    /// <summary>Takes what is there now and returns the message ids, in order.</summary>
    public async Task<List<Guid>> Take()
    {
        await using var connection = await Connect();
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancellation);
        var ids = new List<Guid>();
        while (await channel.BasicGetAsync(Name, autoAck: true, Cancellation) is { } message)
        {
            ids.Add(Guid.Parse(message.BasicProperties.MessageId!));
        }

        return ids;
    }

    /// <summary>How many messages wait in a queue of that name.</summary>
    public static async Task<uint> Waiting(Uri address, string queue)
    {
        await using var connection = await new ConnectionFactory { Uri = address }.CreateConnectionAsync(Cancellation);
        await using var channel = await connection.CreateChannelAsync(cancellationToken: Cancellation);
        return (await channel.QueueDeclarePassiveAsync(queue, Cancellation)).MessageCount;
    }

    private Task<IConnection> Connect() => new ConnectionFactory { Uri = address }.CreateConnectionAsync(Cancellation);
}
