using Skale.Contracts;

namespace Skale.Metrics.Api;

/// <summary>GET /api/status: the network in figures, how far every stage has come, and what needs a person's eye.</summary>
/// <param name="Network">As the scheduler recorded it; the configured name before that.</param>
/// <param name="Position">Of the last event folded here.</param>
/// <param name="Head">Of the last event committed, as last asked.</param>
/// <param name="Simulated">No containers are run, at least on some nodes.</param>
/// <param name="Healthy">Whether there is no trouble.</param>
public sealed record StatusAnswer(
    string Network, long Position, long Head, DateTimeOffset? LastEventAt, FactAnswer? Fact, bool Simulated, IReadOnlyList<StageAnswer> Stages, CountsAnswer Counts,
    bool Healthy, IReadOnlyList<string> Troubles);

/// <summary>The last fact recorded.</summary>
public sealed record FactAnswer(long Number, long Block, DateTimeOffset BlockTime, DateTimeOffset RecordedAt);

/// <summary>How far one stage is behind the one before it.</summary>
/// <param name="Name"><c>facts</c>, <c>publishing</c>, <c>nodes</c> or <c>projection</c>.</param>
/// <param name="Behind">Pieces of work that wait.</param>
/// <param name="Seconds">Age of the oldest of them; for <c>facts</c>, the delay of the last one.</param>
/// <param name="What">What is counted, for people.</param>
public sealed record StageAnswer(string Name, long Behind, double Seconds, string What);

/// <summary>Counts. The keys of the dictionaries are all the states there are, in camelCase.</summary>
public sealed record CountsAnswer(
    IReadOnlyDictionary<string, int> Nodes, IReadOnlyDictionary<string, int> Chains, IReadOnlyDictionary<string, int> Subnodes, int Agents, int SlicesUsed,
    int SlicesTotal, long Events, long UnknownEvents, long UnmappedLogs);

/// <summary>GET /api/nodes (a list) and /api/nodes/{id}.</summary>
/// <param name="Standing"><c>active</c>, <c>leaving</c>, <c>left</c>, or <c>unregistered</c> when its registration was retracted.</param>
/// <param name="Generation">Number of the last order to its agent.</param>
/// <param name="AgentGeneration">Number of the last order its agent has spoken of.</param>
/// <param name="Refusal">Why its machine takes no chains that the scheduler places; null when it does.</param>
/// <param name="Held">Kept from new chains by the operator.</param>
/// <param name="Draining">Its operator has its chains moved away.</param>
public sealed record NodeAnswer(
    long Id, string Name, string Owner, string Ip, string PublicIp, int Port, string DomainName, string Standing, bool Maintenance, bool Compliant, Machine? Machine,
    long Generation, long AgentGeneration, DateTimeOffset RegisteredAt, DateTimeOffset? LastReportAt, int Used, int Free, int Total,
    IReadOnlyList<ReservationAnswer> Reservations, string? Refusal = null, bool Held = false, bool Draining = false);

/// <summary>Slices of a node held for one chain, by slot.</summary>
/// <param name="Condition"><c>reserved</c>, <c>starting</c>, <c>running</c>, <c>failing</c> or <c>removing</c>.</param>
public sealed record ReservationAnswer(int Slot, string Chain, int Slices, string Condition);

/// <summary>GET /api/chains (a list) and /api/chains/{name}.</summary>
/// <param name="Phase"><c>requested</c>, <c>deferred</c>, <c>creating</c>, <c>active</c>, <c>degraded</c>, <c>removing</c>, <c>removed</c> or <c>refused</c>.</param>
/// <param name="Reason">Why it is degraded, refused or waits; null otherwise.</param>
/// <param name="Deadline">Until when it waits; null when it does not.</param>
/// <param name="PlacedBy"><c>contract</c> or <c>scheduler</c>.</param>
public sealed record ChainAnswer(
    string Name, string Hash, long? EvmChainId, string Owner, int Slices, int GroupSize, string Phase, DateTimeOffset Since, string? Reason, DateTimeOffset? Deadline,
    string PlacedBy, IReadOnlyList<MemberAnswer> Group, PlacementEvidence? Evidence, long Block, DateTimeOffset BoughtAt, DateTimeOffset? PlacedAt,
    DateTimeOffset? ActivatedAt, DateTimeOffset? RemovedAt);

/// <summary>One member of a group, in the group's order.</summary>
/// <param name="Condition">As of a reservation, or <c>released</c>.</param>
/// <param name="Image">Where what runs comes from; null when its agent has not told.</param>
/// <param name="Sidecars">The containers beside the main one, which the rest is about; null when there are none.</param>
public sealed record MemberAnswer(
    long Node, int Slot, string Condition, DateTimeOffset Since, long Generation, string? Endpoint, string? Reason, string? ContainerId, string? ImageDigest,
    IReadOnlyList<string> Unenforced, ImageOrigin? Image = null, IReadOnlyList<RunningSidecar>? Sidecars = null);

/// <summary>GET /api/history/chain/{name} and /api/history/node/{id}: everything that concerns it, in order.</summary>
/// <param name="Subject"><c>chain alpha</c>, <c>node 3</c>.</param>
public sealed record HistoryAnswer(string Subject, long Position, IReadOnlyList<EventAnswer> Entries);

/// <summary>GET /api/events, and each event of /api/events/stream.</summary>
/// <param name="Kind"><c>fact</c>, <c>decision</c>, <c>order</c>, <c>outcome</c> or <c>unknown</c>.</param>
/// <param name="Sentence">For people; the wording may change.</param>
/// <param name="Data">As stored, PascalCase.</param>
public sealed record EventAnswer(
    long Position, DateTimeOffset At, string Kind, string Type, string Stream, long Version, Guid Id, Guid? Correlation, string Sentence, CauseAnswer? Cause,
    System.Text.Json.JsonElement Data);

/// <summary>Why an event happened.</summary>
/// <param name="Position">Of the causing event; null when it is not in this log.</param>
public sealed record CauseAnswer(Guid Id, long? Position, string Description);
