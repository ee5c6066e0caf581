using MassTransit;
using MassTransit.Context;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Skale.Contracts;

namespace Skale.Hosting;

/// <summary>The bus of this process: every registered <see cref="BusEndpoint"/> on RabbitMQ or in memory.</summary>
public static class SkaleBus
{
    /// <summary>How long a stopping process waits for the handlers under way; what they have not recorded then goes back to the queue.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Registers the bus; services add their <see cref="BusEndpoint"/>s to the container beforehand.</summary>
    public static void AddSkaleBus(this IServiceCollection services, BusOptions options)
    {
        services.Configure<MassTransitHostOptions>(host => host.StopTimeout = StopTimeout);
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            if (options.InMemory)
            {
                bus.UsingInMemory(Memory);
            }
            else
            {
                bus.UsingRabbitMq(Rabbit);
            }
        });
        services.RemoveMassTransitHostedService();
        services.AddHostedService<BusStart>();

        // The bus is made from endpoints, which hand messages to logs, which publish on the bus: a log asks for it when it starts, not when it is made.
        services.AddSingleton(provider => new Lazy<IBusControl>(provider.GetRequiredService<IBusControl>));
    }

    private static void Rabbit(IBusRegistrationContext context, IRabbitMqBusFactoryConfigurator bus)
    {
        var options = context.GetRequiredService<IOptions<BusOptions>>().Value;
        bus.Host(new Uri(options.RabbitMq!), host => host.PublisherConfirmation = true);
        bus.PrefetchCount = options.Prefetch;
        bus.ConcurrentMessageLimit = options.Prefetch;
        bus.ConfigureJsonSerializerOptions(StrictJson.Require);
        bus.Publish<IFact>(p => p.Exclude = true);
        bus.Publish<IReport>(p => p.Exclude = true);
        Routed<StartSubnode>(bus, m => m.Node, () => bus.Publish<StartSubnode>(p => p.ExchangeType = "direct"));
        Routed<RemoveSubnode>(bus, m => m.Node, () => bus.Publish<RemoveSubnode>(p => p.ExchangeType = "direct"));
        Routed<AssignNode>(bus, m => m.Node, () => bus.Publish<AssignNode>(p => p.ExchangeType = "direct"));
        bus.ConfigurePublish(publish => publish.UseExecute(ToQueues));
        foreach (var endpoint in context.GetServices<BusEndpoint>())
        {
            bus.ReceiveEndpoint(endpoint.Queue, queue =>
            {
                queue.ConfigureConsumeTopology = false;
                queue.ConcurrentMessageLimit = endpoint.InOrder ? 1 : options.Prefetch;
                if (endpoint.Transient)
                {
                    (queue.Durable, queue.AutoDelete) = (false, true);
                }
                else
                {
                    queue.SetQuorumQueue();
                }

                endpoint.Configure(queue);
            });
        }
    }

    private static void Memory(IBusRegistrationContext context, IInMemoryBusFactoryConfigurator bus)
    {
        var options = context.GetRequiredService<IOptions<BusOptions>>().Value;
        bus.ConcurrentMessageLimit = options.Prefetch;
        bus.ConfigureJsonSerializerOptions(StrictJson.Require);
        bus.Publish<IFact>(p => p.Exclude = true);
        bus.Publish<IReport>(p => p.Exclude = true);
        Routed<StartSubnode>(bus, m => m.Node, () => bus.Publish<StartSubnode>(p => p.ExchangeType = MassTransit.Transports.Fabric.ExchangeType.Direct));
        Routed<RemoveSubnode>(bus, m => m.Node, () => bus.Publish<RemoveSubnode>(p => p.ExchangeType = MassTransit.Transports.Fabric.ExchangeType.Direct));
        Routed<AssignNode>(bus, m => m.Node, () => bus.Publish<AssignNode>(p => p.ExchangeType = MassTransit.Transports.Fabric.ExchangeType.Direct));
        foreach (var endpoint in context.GetServices<BusEndpoint>())
        {
            bus.ReceiveEndpoint(endpoint.Queue, queue =>
            {
                queue.ConfigureConsumeTopology = false;
                queue.ConcurrentMessageLimit = endpoint.InOrder ? 1 : options.Prefetch;
                endpoint.Configure(queue);
            });
        }
    }

    /// <summary>Orders go to a direct exchange under the node's id, so that an agent's queue holds only what is meant for it.</summary>
    private static void Routed<T>(IBusFactoryConfigurator bus, Func<T, NodeId> receiver, Action direct)
        where T : class
    {
        direct();
        bus.Send<T>(s => s.UseRoutingKeyFormatter(context => receiver(context.Message).ToString()));
    }

    /// <summary>
    /// An order to several nodes is one message, which the broker puts into the queue of each: to the first by the routing key, to the others by RabbitMQ's header <c>CC</c> (Sender-selected
    /// Distribution). It goes to the default exchange, which knows queues by their names: before 3.11 RabbitMQ looks at every binding of another one when there are several keys, 13 ms for 10,000 nodes.
    /// </summary>
    private static void ToQueues(PublishContext context)
    {
        if (context is PublishContext<StartSubnodes> { Message.Orders: var orders } and TransportSendContext transport)
        {
            transport.ReadPropertiesFrom(new Dictionary<string, object> { ["RMQ-Exchange"] = "", ["RMQ-RoutingKey"] = BusEndpoint.QueueOf(orders[0].Node) });
            context.Headers.Set("CC", orders.Skip(1).Select(o => BusEndpoint.QueueOf(o.Node)).ToArray());
        }
    }
}
