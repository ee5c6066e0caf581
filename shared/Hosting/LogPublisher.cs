using MassTransit;
using Skale.Contracts;
using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>
/// Sends what an event is announced as, with the headers that say which event it is, in the order of the calls. The first of each type goes alone: what the bus has to
/// prepare for it would let others pass it.
/// </summary>
internal sealed class LogPublisher<TState>(LogDefinition<TState> definition, IBus bus, MessageSigner signer)
{
    private readonly HashSet<Type> prepared = [];

    /// <summary>Does not throw: what fails is in the task.</summary>
    /// <returns>And whether nothing may follow before it is confirmed: facts and reports build on each other, and behind what has failed already nothing goes.</returns>
    public (Task Confirmed, bool Alone) Send(Committed committed, CancellationToken underway)
    {
        try
        {
            var stored = committed.Stored;
            return definition.Announce(committed.Content ?? definition.Types.Deserialize(stored)) is { } message
                ? bus.Publish(message, message.GetType(), context => Headers(context, message, stored), underway) is var sent ? (sent, sent.IsFaulted || prepared.Add(message.GetType()) || message is IFact or IReport) : default
                : (Task.CompletedTask, false);
        }
        catch (Exception e)
        {
            return (Task.FromException(e), true);
        }
    }

    private void Headers(PublishContext context, object message, StoredEvent stored)
    {
        // A fact or a report that reaches no queue would be lost: the broker returns it, and the relay waits until its receiver has bound one.
        // Orders are not waited for: an agent that starts asks for its whole assignment.
        if (context is RabbitMqSendContext rabbit)
        {
            rabbit.Mandatory = message is IFact or IReport;
        }

        context.MessageId = stored.Id;
        context.CorrelationId = stored.CorrelationId;
        context.InitiatorId = stored.CausationId;
        context.Headers.Set(BusHeaders.Log, definition.Name);
        context.Headers.Set(BusHeaders.Position, stored.Position);
        context.Headers.Set(BusHeaders.Stream, stored.Stream);
        context.Headers.Set(BusHeaders.Version, stored.Version);
        signer.Sign(context, message);
    }
}
