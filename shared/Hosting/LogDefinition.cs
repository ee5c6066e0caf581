using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>One service's log: its name, its stored events, its rules, and what others may see of it.</summary>
/// <param name="Name">Name of log and service: <c>scheduler</c>, <c>chainwatcher</c>, <c>node-17</c>.</param>
/// <param name="Announce">Pure: the contract that a stored event is published as, under the event's own id; null when it stays inside.</param>
/// <param name="OnStart">The input that a start records, given the folded state; null for none.</param>
/// <param name="IdOf">
/// Pure: the id of an event that has an identity of its own, such as a log on a chain, whatever input it came with; null for one whose id follows from its cause.
/// Such an event begins a story: its id is also the correlation of what comes of it.
/// </param>
/// <param name="InputOf">
/// Pure: the input that an event tells of when it is the first of a decision, null when it never is; a replay decides that input again. Null for a log that
/// does not keep what its inputs held.
/// </param>
/// <param name="Snapshots">How its state is kept beside the log, so that a start need not fold all of it; null: every start does.</param>
public sealed record LogDefinition<TState>(
    string Name, EventTypes Types, IDecider<TState> Decider, Func<object, object?> Announce, Func<TState, DateTimeOffset, object?>? OnStart = null,
    Func<object, Guid?>? IdOf = null, Func<object, object?>? InputOf = null, ISnapshotCodec<TState>? Snapshots = null);
