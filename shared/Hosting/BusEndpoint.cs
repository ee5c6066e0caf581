using MassTransit;
using Skale.Contracts;
using Skale.EventStore;
using ExchangeType = MassTransit.Transports.Fabric.ExchangeType;

namespace Skale.Hosting;

/// <summary>
/// One queue of this process and what happens to each message type that arrives there. A handler hands the message to a log and awaits the
/// commit; the message is acknowledged after that, and goes to the error queue, with the reason, when the handler throws.
/// </summary>
public sealed class BusEndpoint(string queue)
{
    private readonly List<Action<IReceiveEndpointConfigurator>> handlers = [];
    private readonly List<Action<IRabbitMqReceiveEndpointConfigurator>> rabbitBindings = [];
    private readonly List<Action<IInMemoryReceiveEndpointConfigurator>> memoryBindings = [];

    public string Queue { get; } = queue;

    /// <summary>The queue lives as long as this process; what arrives while nobody listens is not kept.</summary>
    public bool Transient { get; init; }

    /// <summary>One message at a time, in the order they were published. For a receiver whose messages build on each other.</summary>
    public bool InOrder { get; init; }

    /// <summary>The queue of a node's agent.</summary>
    public static string QueueOf(NodeId node) => $"node-{node}";

    /// <summary>Every message of this type.</summary>
    public BusEndpoint On<T>(Func<ConsumeContext<T>, Task> handle)
        where T : class
    {
        handlers.Add(e => e.Handler<T>(context => Answer(handle, context)));
        rabbitBindings.Add(e => e.Bind<T>());
        memoryBindings.Add(e => e.Bind<T>(ExchangeType.FanOut, null));
        return this;
    }

    /// <summary>Messages of this type that are addressed to one receiver (see <see cref="SkaleBus.Routed"/>).</summary>
    public BusEndpoint On<T>(string routingKey, Func<ConsumeContext<T>, Task> handle)
        where T : class
    {
        handlers.Add(e => e.Handler<T>(context => Answer(handle, context)));
        rabbitBindings.Add(e => e.Bind<T>(b =>
        {
            b.ExchangeType = "direct";
            b.RoutingKey = routingKey;
        }));
        memoryBindings.Add(e => e.Bind<T>(ExchangeType.Direct, routingKey));
        return this;
    }

    /// <summary>Messages of this type, which their sender puts into this queue and others (see <see cref="SkaleBus.ToQueues"/>). In memory all receivers get all of them.</summary>
    public BusEndpoint OnSent<T>(Func<ConsumeContext<T>, Task> handle)
        where T : class
    {
        handlers.Add(e => e.Handler<T>(context => Answer(handle, context)));
        memoryBindings.Add(e => e.Bind<T>(ExchangeType.FanOut, null));
        return this;
    }

    /// <summary>Hands each message of this type to a log as an input.</summary>
    public BusEndpoint Into<T, TState>(LogService<TState> log)
        where T : class => On<T>(context => log.Submit(InputOf(context)));

    /// <summary>As above, for messages addressed to one receiver.</summary>
    public BusEndpoint Into<T, TState>(string routingKey, LogService<TState> log)
        where T : class => On<T>(routingKey, context => log.Submit(InputOf(context)));

    /// <summary>The message as an input; its id is the cause of what is recorded. A report names as its cause the order it answers, which is in the receiver's log.</summary>
    public static Input InputOf<T>(ConsumeContext<T> context)
        where T : class => new(
            context.Message, context.MessageId ?? throw new ImpossibleInputException($"A {typeof(T).Name} has no message id."), context.CorrelationId,
            context.Message is IReport ? context.InitiatorId : null);

    /// <summary>A message that the ended log did not record is left unanswered: the broker gives it to the next process, where an error would be for good.</summary>
    private static async Task Answer<T>(Func<ConsumeContext<T>, Task> handle, ConsumeContext<T> context)
        where T : class
    {
        try
        {
            await handle(context);
        }
        catch (LogEndedException)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
        }
    }

    internal void Configure(IRabbitMqReceiveEndpointConfigurator endpoint)
    {
        handlers.ForEach(add => add(endpoint));
        rabbitBindings.ForEach(bind => bind(endpoint));
    }

    internal void Configure(IInMemoryReceiveEndpointConfigurator endpoint)
    {
        handlers.ForEach(add => add(endpoint));
        memoryBindings.ForEach(bind => bind(endpoint));
    }
}
