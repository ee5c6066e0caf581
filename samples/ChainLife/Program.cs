// Prints the life of one chain from the bus: dotnet run -- amqp://user:password@host:port/vhost CHAIN
using MassTransit;
using Skale.Contracts;

var (bus, chain) = (args[0], new ChainName(args[1]));
var control = Bus.Factory.CreateUsingRabbitMq(rabbit =>
{
    rabbit.Host(new Uri(bus));
    rabbit.ReceiveEndpoint(queue =>
    {
        On<ChainBought>(queue, m => m.Chain, m => $"bought by {m.Owner}: {m.Slices} slices on {m.GroupSize} nodes");
        On<ChainPlaced>(queue, m => m.Chain, m => $"placed on nodes {string.Join(", ", m.Group)} ({m.Evidence.Strategy})");
        On<SubnodeStarted>(queue, m => m.Chain, m => $"runs on node {m.Node}: {m.Endpoint}");
        On<SubnodeFailed>(queue, m => m.Chain, m => $"fails on node {m.Node}: {m.Reason}");
        On<ChainActivated>(queue, m => m.Chain, _ => "active");
        On<ChainRefused>(queue, m => m.Chain, m => $"refused: {m.Reason}");
        On<SubnodeRemoved>(queue, m => m.Chain, m => $"gone from node {m.Node}");
        On<ChainRemoved>(queue, m => m.Chain, _ => "removed");
    });
});
await control.StartAsync();
Console.WriteLine("subscribed");
await Task.Delay(Timeout.Infinite);

void On<T>(IReceiveEndpointConfigurator queue, Func<T, ChainName> chainOf, Func<T, string> say)
    where T : class => queue.Handler<T>(context => chainOf(context.Message) == chain
        ? Console.Out.WriteLineAsync($"{context.MessageId} {typeof(T).Name}: {say(context.Message)}")
        : Task.CompletedTask);
