using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>One service's log: its name, its stored events, its rules, and what others may see of it.</summary>
/// <param name="Name">Name of log and service: <c>scheduler</c>, <c>chainwatcher</c>, <c>node-17</c>.</param>
/// <param name="Announce">Pure: the contract that a stored event is published as, or null when it stays inside.</param>
/// <param name="OnStart">The input that a start records, given the folded state; null for none.</param>
public sealed record LogDefinition<TState>(
    string Name, EventTypes Types, IDecider<TState> Decider, Func<object, object?> Announce, Func<TState, DateTimeOffset, object?>? OnStart = null);
