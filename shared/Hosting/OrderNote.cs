using System.Globalization;
using MassTransit;
using Skale.Contracts;
using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>
/// What is signed of an order: its kind, the nodes it is for, the generation of each, the message's id, until when it is good, and its body.
/// </summary>
internal sealed record OrderNote(string Kind, IReadOnlyList<(NodeId Node, long Generation)> To, Guid Message, DateTimeOffset Expires, string BodyDigest)
{
    private const string Form = "skale-order/1";

    /// <summary>As a signed note's lines.</summary>
    public IReadOnlyList<string> Lines =>
    [
        Form, Kind, $"node {string.Join(' ', To.Select(t => t.Node))}", string.Create(CultureInfo.InvariantCulture, $"generation {string.Join(' ', To.Select(t => t.Generation))}"), $"message {Message:D}",
        string.Create(CultureInfo.InvariantCulture, $"expires {Expires.UtcDateTime:O}"), $"body {BodyDigest}",
    ];

    /// <summary>Null for a message that is no order.</summary>
    public static OrderNote? Of(object message, Guid id, DateTimeOffset expires) => Address(message) is { } to
        ? new(message.GetType().Name, to, id, expires, MessageBodyDigest.OfSent(message))
        : null;

    /// <summary>The note that a received order must have been signed with, whose time is taken from the signature and believed only with it.</summary>
    /// <exception cref="FormatException">What was received is not one message in one envelope.</exception>
    public static OrderNote Of<T>(ConsumeContext<T> context, DateTimeOffset expires)
        where T : class
    {
        var to = Address(context.Message) ?? throw new ArgumentException($"{typeof(T).Name} is no order.");
        return new(typeof(T).Name, to, context.MessageId ?? Guid.Empty, expires, MessageBodyDigest.OfReceived(context));
    }

    /// <summary>When a signed note says that it expires; null when it does not.</summary>
    public static DateTimeOffset? ExpiryOf(SignedNote note) =>
        note.Lines is [_, _, _, _, _, var line, _] && line.StartsWith("expires ", StringComparison.Ordinal)
        && DateTime.TryParseExact(line["expires ".Length..], "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) && time.Kind == DateTimeKind.Utc
            ? new DateTimeOffset(time)
            : null;

    private static (NodeId Node, long Generation)[]? Address(object message) => message switch
    {
        StartSubnodes e => [.. e.Orders.Select(o => (o.Node, o.Generation))],
        StartSubnode e => [(e.Node, e.Generation)],
        RemoveSubnode e => [(e.Node, e.Generation)],
        AssignNode e => [(e.Node, e.Generation)],
        _ => null,
    };
}
