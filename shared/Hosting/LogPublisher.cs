using MassTransit;
using Skale.Contracts;
using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>
/// Sends what events are announced as, with the headers that say which event it is, in the order of the calls. The first of each type goes alone: what the bus has to
/// prepare for it would let others pass it. So it does again when the bus may have lost its connection meanwhile: when nothing was sent for a while, and after a failure, when
/// another publisher takes the place of this one.
/// </summary>
internal sealed class LogPublisher<TState>(LogDefinition<TState> definition, IBus bus, MessageSigner signer, TimeProvider clock)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);
    private readonly HashSet<Type> prepared = [];
    private long lastSent;

    /// <summary>Does not throw: what fails is in the task.</summary>
    /// <returns>Ended already for an event that stays inside; and whether nothing may follow before it is confirmed: reports build on each other, and behind what has failed already nothing goes.</returns>
    public (Task Confirmed, bool Alone) Send(Committed committed, CancellationToken underway)
    {
        try
        {
            if (definition.Announce(committed.Content ?? definition.Types.Deserialize(committed.Stored)) is not { } message)
            {
                return (Task.CompletedTask, false);
            }

            if (clock.GetElapsedTime(lastSent) > Quiet)
            {
                prepared.Clear();
            }

            lastSent = clock.GetTimestamp();
            var isFirst = prepared.Add(message.GetType());
            var sent = bus.Publish(message, message.GetType(), context => Headers(context, message, committed.Stored), underway);
            return (sent, isFirst || message is IReport || sent.IsFaulted);
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
