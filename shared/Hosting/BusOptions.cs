namespace Skale.Hosting;

/// <summary>The message bus (section <c>Bus</c>).</summary>
public sealed class BusOptions
{
    /// <summary>RabbitMQ, as <c>amqp://user:password@host:port/vhost</c>.</summary>
    public string? RabbitMq { get; set; }

    /// <summary>All services in this one process, no broker.</summary>
    public bool InMemory { get; set; }

    /// <summary>Messages taken from a queue before the first of them is acknowledged; also the most that one commit batch can hold. 1 to 10,000.</summary>
    public int Prefetch { get; set; } = 256;

    internal IEnumerable<string> Problems()
    {
        if (InMemory == !string.IsNullOrWhiteSpace(RabbitMq))
        {
            yield return "Bus: set exactly one of Bus:RabbitMq (amqp://user:password@host:port/vhost) and Bus:InMemory=true.";
        }
        else if (!InMemory && !(Uri.TryCreate(RabbitMq, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps"))
        {
            yield return "Bus:RabbitMq is not an address of the form amqp://user:password@host:port/vhost.";
        }

        if (Prefetch is < 1 or > 10_000)
        {
            yield return $"Bus:Prefetch is {Prefetch}; allowed are 1 to 10,000.";
        }
    }
}
