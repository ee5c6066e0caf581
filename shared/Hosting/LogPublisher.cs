using MassTransit;
using Skale.Contracts;
using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>
/// Sends what an event is announced as, with the headers that say which event it is, in the order of the calls. The first of each type goes alone: what the bus has to
/// prepare for it would let others pass it. So it does again when the bus may have lost its connection meanwhile: when nothing was sent for a while, and after a failure, when
/// another publisher takes the place of this one.
/// </summary>
internal sealed class LogPublisher<TState>(LogDefinition<TState> definition, IBus bus, MessageSigner signer, TimeProvider clock)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);
    private readonly HashSet<Type> prepared = [];
    private long lastSent;

    /// <summary>Does not throw: what fails is in the task.</summary>
    /// <returns>How many messages go, and whether nothing may follow before they are confirmed: reports build on each other, and behind what has failed already nothing goes.</returns>
    public (Task Confirmed, int Messages, bool Alone) Send(Committed committed, CancellationToken underway)
    {
        try
        {
            var messages = definition.Announce(committed.Content ?? definition.Types.Deserialize(committed.Stored));
            if (messages.Count == 0)
            {
                return (Task.CompletedTask, 0, false);
            }

            if (clock.GetElapsedTime(lastSent) > Quiet)
            {
                prepared.Clear();
            }

            lastSent = clock.GetTimestamp();
            var alone = messages.Any(GoesAlone);
            var sent = alone ? OneByOne(messages, committed.Stored, underway) : Together(messages, committed.Stored, underway);
            return (sent, messages.Count, alone || sent.IsFaulted);
        }
        catch (Exception e)
        {
            return (Task.FromException(e), 0, true);
        }
    }

    private bool GoesAlone(object message) => message is IReport || !prepared.Contains(message.GetType());

    private async Task OneByOne(IReadOnlyList<object> messages, StoredEvent stored, CancellationToken underway)
    {
        var number = 0;
        for (; number < messages.Count && GoesAlone(messages[number]); number++)
        {
            await Publish(messages[number], number, stored, underway);
            prepared.Add(messages[number].GetType());
        }

        await Together(messages, stored, underway, from: number);
    }

    private Task Together(IReadOnlyList<object> messages, StoredEvent stored, CancellationToken underway, int from = 0)
    {
        var sent = new List<Task>(messages.Count);
        for (var number = from; number < messages.Count && (number == from || !sent[^1].IsFaulted); number++)
        {
            sent.Add(Publish(messages[number], number, stored, underway));
        }

        return sent.Count == 1 ? sent[0] : Task.WhenAll(sent);
    }

    private Task Publish(object message, int number, StoredEvent stored, CancellationToken underway) =>
        bus.Publish(message, message.GetType(), context => Headers(context, message, number, stored), underway);

    private void Headers(PublishContext context, object message, int number, StoredEvent stored)
    {
        // A fact or a report that reaches no queue would be lost: the broker returns it, and the relay waits until its receiver has bound one.
        // Orders are not waited for: an agent that starts asks for its whole assignment.
        if (context is RabbitMqSendContext rabbit)
        {
            rabbit.Mandatory = message is IFact or IReport;
        }

        context.MessageId = EventId.OfMessage(stored.Id, number);
        context.CorrelationId = stored.CorrelationId;
        context.InitiatorId = stored.CausationId;
        context.Headers.Set(BusHeaders.Log, definition.Name);
        context.Headers.Set(BusHeaders.Position, stored.Position);
        context.Headers.Set(BusHeaders.Stream, stored.Stream);
        context.Headers.Set(BusHeaders.Version, stored.Version);
        signer.Sign(context, message);
    }
}
