using System.Globalization;
using MassTransit;
using Skale.Contracts;

namespace Skale.Hosting;

/// <summary>
/// What is signed of what ChainWatcher says: its kind and network, a fact's number, the message's id, what it says it goes back to, and its body as in <see cref="OrderNote"/>. It does not expire: facts
/// are published again when they are asked for, and their numbers make a repeat change nothing; differences have times that do.
/// </summary>
internal sealed record FactNote(string Kind, string Network, long? Number, Guid Message, Guid? Correlation, string BodyDigest)
{
    private const string Form = "skale-fact/1";

    /// <summary>As a signed note's lines.</summary>
    public IReadOnlyList<string> Lines =>
    [
        Form, Kind, $"network {Network}", string.Create(CultureInfo.InvariantCulture, $"number {(Number is { } known ? known : "none")}"), $"message {Message:D}",
        $"correlation {ReportNote.Named(Correlation)}", $"body {BodyDigest}",
    ];

    /// <summary>Null for a message that ChainWatcher does not sign.</summary>
    public static FactNote? Of(object message, SendContext context) => Place(message) is var (network, number)
        ? new(message.GetType().Name, network, number, context.MessageId!.Value, context.CorrelationId, MessageBodyDigest.OfSent(message))
        : null;

    /// <summary>The note that a received one must have been signed with.</summary>
    /// <exception cref="FormatException">What was received is not one message in one envelope.</exception>
    public static FactNote Of<T>(ConsumeContext<T> context)
        where T : class
    {
        var (network, number) = Place(context.Message) ?? throw new ArgumentException($"{typeof(T).Name} is nothing that ChainWatcher says.");
        return new(typeof(T).Name, network, number, context.MessageId ?? Guid.Empty, context.CorrelationId, MessageBodyDigest.OfReceived(context));
    }

    private static (string Network, long? Number)? Place(object message) => message switch
    {
        IFact e => (e.Origin.Network, e.Origin.Number),
        ManagerDiffers e => (e.Network, null),
        ManagerDifferenceGone e => (e.Network, null),
        _ => null,
    };
}
