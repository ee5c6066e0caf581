using System.Collections.Concurrent;
using System.Net.Mime;
using MassTransit;

namespace Skale.Hosting.Tests;

public sealed class MemoryBusTests : BusContract
{
    private readonly ConcurrentQueue<(string, string)> errors = new();

    /// <summary>Listens on the error queue from the start: what it hears nobody else does.</summary>
    private protected override async Task<BusProcess> Start(params BusEndpoint[] endpoints)
    {
        var process = await BusProcess.Start(null, endpoints: endpoints);
        var listener = process.Bus.ConnectReceiveEndpoint("inbox_error", e =>
        {
            e.ConfigureConsumeTopology = false;
            e.DiscardFaultedMessages();
            e.DiscardSkippedMessages();
            e.ConfigureReceive(r => r.UseExecute(c => errors.Enqueue((c.Body.GetString(), c.TransportHeaders.Get<string>("MT-Fault-Message") ?? ""))));
        });
        await listener.Ready;
        return process;
    }

    private protected override async Task SendRaw(BusProcess process, string queue, string body)
    {
        var endpoint = await process.Bus.GetSendEndpoint(new Uri($"queue:{queue}"));
        await endpoint.Send(new Raw(), context => context.Serializer = new RawSerializer(body), TestContext.Current.CancellationToken);
    }

    private protected override Task<(string Body, string Reason)?> TakeError(BusProcess process, string queue) =>
        Task.FromResult(errors.TryDequeue(out var error) ? error : ((string, string)?)null);

    private sealed record Raw;

    private sealed class RawSerializer(string body) : IMessageSerializer
    {
        public ContentType ContentType { get; } = new("application/vnd.masstransit+json");

        public MessageBody GetMessageBody<T>(SendContext<T> context)
            where T : class => new StringMessageBody(body);
    }
}
