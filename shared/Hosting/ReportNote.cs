using MassTransit;
using Skale.Contracts;

namespace Skale.Hosting;

/// <summary>
/// What is signed of a report or a heartbeat: its kind, network and node, the message's id, what it says it was caused by, and its body as in <see cref="OrderNote"/>. It does not expire:
/// reports wait for a scheduler as long as they must, and are numbered, so that a repeat changes nothing.
/// </summary>
internal sealed record ReportNote(string Kind, string Network, NodeId Node, Guid Message, Guid? Cause, Guid? Correlation, string BodyDigest)
{
    private const string Form = "skale-report/1";

    /// <summary>As a signed note's lines.</summary>
    public IReadOnlyList<string> Lines =>
    [
        Form, Kind, $"network {Network}", $"node {Node}", $"message {Message:D}", $"cause {Named(Cause)}", $"correlation {Named(Correlation)}", $"body {BodyDigest}",
    ];

    /// <summary>Null for a message that no agent signs.</summary>
    public static ReportNote? Of(object message, string network, SendContext context) => NodeOf(message) is { } node
        ? new(message.GetType().Name, network, node, context.MessageId!.Value, context.InitiatorId, context.CorrelationId, MessageBodyDigest.OfSent(message))
        : null;

    /// <summary>The note that a received one must have been signed with.</summary>
    /// <exception cref="FormatException">What was received is not one message in one envelope.</exception>
    public static ReportNote Of<T>(ConsumeContext<T> context, string network)
        where T : class => new(
            typeof(T).Name, network, NodeOf(context.Message) ?? throw new ArgumentException($"{typeof(T).Name} is no report."), context.MessageId ?? Guid.Empty, context.InitiatorId, context.CorrelationId,
            MessageBodyDigest.OfReceived(context));

    private static NodeId? NodeOf(object message) => message switch
    {
        IReport e => e.Node,
        NodeHeartbeat e => e.Node,
        _ => null,
    };

    internal static string Named(Guid? id) => id is { } known ? $"{known:D}" : "none";
}
