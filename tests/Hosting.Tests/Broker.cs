using Skale.Hosting;
using Skale.Servers;

[assembly: AssemblyFixture(typeof(Broker))]

namespace Skale.Hosting;

/// <summary>The one RabbitMQ of this test run.</summary>
public sealed class Broker : IAsyncLifetime
{
    public RabbitMqServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await RabbitMqServer.Start();

    public ValueTask DisposeAsync() => Server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
