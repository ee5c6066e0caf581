namespace Skale.Scheduler.Domain;

/// <summary>The saga of a node that leaves, is incompliant, or is drained by its operator: its chains are moved by their own sagas; this one tells when that begins, takes too long, and is done.</summary>
internal static class Drain
{
    public static IReadOnlyList<object> Proceed(Network network, Node node, DateTimeOffset now) => node switch
    {
        { IsToBeDrained: true, Draining: false, Reservations.IsEmpty: false } when network.Policy.Replacement is { } policy => [new DrainStarted(node.Id, now + policy.DrainPatience, now)],
        { Draining: true, Reservations.IsEmpty: true } => [new DrainCompleted(node.Id, now)],
        { DrainDeadline: { } deadline } when deadline <= now => [new DrainOverdue(node.Id, [.. node.Reservations.Keys], now)],
        _ => [],
    };
}
