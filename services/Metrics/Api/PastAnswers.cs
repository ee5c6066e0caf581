using Skale.Metrics.Domain;

namespace Skale.Metrics.Api;

/// <summary>Where in the log a moment of the past is.</summary>
/// <param name="Asked">As it was asked, for people.</param>
/// <param name="Position">Of the last event before it; 0 when there is none.</param>
/// <param name="At">Time of that event.</param>
/// <param name="Fact">The last fact before it; null before the first.</param>
/// <param name="Present">Nothing is recorded behind it: this is the present state.</param>
/// <param name="UnknownEvents">Events before it that this version cannot read; what they changed is not shown.</param>
public sealed record PastPlace(string Asked, string Network, long Position, DateTimeOffset? At, FactAnswer? Fact, bool Present, bool Simulated, long UnknownEvents)
{
    public static PastPlace Of(PastView past) => new(
        past.Asked.ToString(), past.View.Network, past.View.Position, past.View.LastEventAt,
        past.View.LastFact is { } f ? new FactAnswer(f.Number, f.BlockNumber, f.BlockTime, f.RecordedAt) : null, past.Next is null, past.View.Simulated,
        past.View.Unread.Values.Sum(u => u.Count));

    /// <summary>In one line, for people.</summary>
    public override string ToString() =>
        $"{Asked}: {(Network.Length > 0 ? $"network {Network}, " : "")}position {Position}{(At is { } at ? $", {Words.Of(at)}" : "")}"
        + (Fact is { } f ? $", block {f.Block} (fact {f.Number})" : ", no fact yet")
        + (Present ? "; nothing is recorded behind it: this is the present state" : "")
        + (UnknownEvents > 0 ? $"; {UnknownEvents} events before it cannot be read by this version" : "");
}

/// <summary><c>skale audit at</c>: the network at a moment of its past.</summary>
public sealed record PastAnswer(PastPlace Moment, IReadOnlyList<NodeAnswer> Nodes, IReadOnlyList<ChainAnswer> Chains)
{
    public static PastAnswer Of(PastView past) => new(
        PastPlace.Of(past), [.. past.View.Nodes.Values.Select(n => Answering.Of(past.View, n))], [.. past.View.Chains.Values.Select(Answering.Of)]);
}

/// <summary><c>skale audit diff</c>: what is not alike at two moments.</summary>
public sealed record DiffAnswer(PastPlace From, PastPlace To, IReadOnlyList<NetworkChange> Changes)
{
    public static DiffAnswer Of(PastView from, PastView to) => new(PastPlace.Of(from), PastPlace.Of(to), NetworkChanges.Between(from.View, to.View));
}
