using System.ComponentModel;
using Skale.Contracts;

namespace Skale.Scheduler.Api;

/// <summary>POST /v1/chains.</summary>
public sealed record CreateChain(
    [property: Description("1 to 63 letters, digits, '-', '_' and '.'; free again when the chain is removed.")] string Name,
    [property: Description("Who is measured by the quota, and shares dedicated nodes.")] string Owner,
    [property: Description("A profile of Scheduler:Profiles. Without it: type.")] string? Profile = null,
    ChainType? Type = null);

/// <summary>The size of a chain.</summary>
public sealed record ChainType(
    [property: Description("Of each member node, 0 to 128.")] int Slices,
    [property: Description("Member nodes.")] int GroupSize);

/// <summary>POST /v1/nodes/{id}/maintenance.</summary>
public sealed record SetMaintenance([property: Description("True: the node keeps its chains, and the scheduler puts no new ones on it.")] bool InMaintenance);

/// <summary>POST /v1/nodes/{id}/drain.</summary>
public sealed record SetDrain(
    [property: Description("True: the scheduler moves the node's chains to others, one after the other, and puts no new ones on it. What the contract placed there stays. False: they may stay.")] bool Drain);

/// <summary>POST /v1/chains/{name}/rotate.</summary>
public sealed record RotateChain([property: Description("The member to replace. Without it one is drawn.")] long? Node = null);

/// <summary>POST /v1/chains/{name}/resize.</summary>
public sealed record ResizeChain([property: Description("Of each member node from now on, 0 to 128.")] int Slices);

/// <summary>POST /v1/chains/{name}/image.</summary>
public sealed record ChangeImage([property: Description("By digest (NAME@sha256:...); a tag only where the chain runs one now, for development.")] string Image);

/// <summary>POST /v1/plan.</summary>
public sealed record AskPlan([property: Description("1 to 1,000, answered in order.")] IReadOnlyList<PlanStep> Steps);

/// <summary>One step of a plan.</summary>
public sealed record PlanStep(
    [property: Description("create, remove, resize, rotate, image, drain, nodeExit or nodeAdded.")] string Do,
    [property: Description("create, remove, resize, rotate, image: the chain.")] string? Name = null,
    [property: Description("create, nodeAdded.")] string? Owner = null,
    [property: Description("create.")] string? Profile = null,
    [property: Description("create.")] ChainType? Type = null,
    [property: Description("create: the Idempotency-Key that the request will have; the draw depends on it. One is made when there is none.")] string? Key = null,
    [property: Description("drain, nodeExit, nodeAdded; rotate: the member to replace, without it one is drawn.")] long? Node = null,
    [property: Description("nodeAdded.")] Machine? Machine = null,
    [property: Description("resize: of each member node from now on, 0 to 128.")] int? Slices = null,
    [property: Description("image: that every member is to run.")] string? Image = null,
    [property: Description("drain: false: its chains may stay. Default: true.")] bool? Drain = null);

/// <summary>The request is recorded; how far it is, is at <paramref name="Location"/>. A repeat with the same key is answered alike.</summary>
public sealed record AcceptedAnswer(
    Guid Operation, string Location, [property: Description("What it is about.")] string Subject, [property: Description("Of the request among the scheduler's events.")] long Position);

/// <summary>GET /v1/operations/{id}.</summary>
public sealed record OperationAnswer(
    Guid Id,
    [property: Description("createChain, removeChain, rotateChain, resizeChain, changeImage, setMaintenance, setDrain, makeJoinToken or joinNode.")] string Kind,
    string Subject,
    [property: Description("running, succeeded, failed, refused, or ended: it was done and what it made is over.")] string Status,
    [property: Description("Why it was refused or failed; of a change of image that runs, how far it is.")] string? Reason,
    DateTimeOffset RequestedAt, long Position);

/// <summary>Some of many, in order.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, [property: Description("Give it as after to go on; null at the end.")] string? Next);

/// <summary>GET /v1/chains and /v1/chains/{name}.</summary>
public sealed record ChainAnswer(
    string Name, string Hash, string Owner,
    [property: Description("requested, deferred, creating, active, degraded, removing, removed or refused.")] string Phase,
    int Slices, int GroupSize,
    [property: Description("contract: only the contract changes it; api.")] string Source,
    string? Profile, bool Dedicated,
    [property: Description("As asked for; null when nobody has: Scheduler:Image when its members were ordered.")] string? Image,
    DateTimeOffset? ExpiresAt,
    [property: Description("Until when it waits for nodes.")] DateTimeOffset? Deadline,
    IReadOnlyList<MemberAnswer> Group,
    [property: Description("Null when none is under way.")] ImageChangeAnswer? ImageChange,
    [property: Description("As in the ETag.")] long Version);

/// <summary>A change of image that is under way.</summary>
public sealed record ImageChangeAnswer(
    string From, string To, [property: Description("Why it was stopped, and members go back; null while it goes on.")] string? Failure);

/// <summary>One node of a group.</summary>
public sealed record MemberAnswer(
    long Node, int? Slot, [property: Description("reserved, ordered, running, failing, removalOrdered, or gone.")] string Phase, string? Reason,
    [property: Description("As ordered; null before the first order.")] string? Image);

/// <summary>GET /v1/nodes and /v1/nodes/{id}.</summary>
public sealed record NodeAnswer(
    long Id, string Name, string Owner,
    [property: Description("active, leaving, left or unregistered.")] string Standing,
    [property: Description("As the contract says.")] bool InMaintenance,
    [property: Description("As asked for over this API.")] bool Held,
    [property: Description("Its chains are moved away, as asked for over this API.")] bool Draining,
    bool Compliant,
    [property: Description("Why its machine takes no chains that the scheduler places.")] string? Refusal,
    int Used, int Free, IReadOnlyList<string> Chains, Machine? Machine,
    [property: Description("Verifier key of the machine that joined as the node, with which its reports are checked. Null: none has, and they are not authenticated.")] string? IdentityKey,
    [property: Description("As in the ETag.")] long Version);

/// <summary>POST /v1/plan.</summary>
public sealed record PlanAnswer(
    [property: Description("Behind which of the scheduler's events this is so.")] long Position,
    [property: Description("What makes it come out otherwise.")] string ValidWhile,
    IReadOnlyList<PlanStepAnswer> Steps);

/// <summary>What would follow from one step.</summary>
public sealed record PlanStepAnswer(
    string Do, string Subject,
    [property: Description("False: agents are assumed to have done all that came of the steps before.")] bool Exact,
    [property: Description("done, waits, refused, or nothing.")] string Outcome,
    string? Reason,
    [property: Description("create: to be sent with the request.")] string? Key,
    IReadOnlyList<PlacedAnswer> Placed, IReadOnlyList<SlicesAnswer> Reserved, IReadOnlyList<SlicesAnswer> Released,
    [property: Description("In this order; one that is given up is among them.")] IReadOnlyList<ReplacedAnswer> Replaced,
    IReadOnlyList<ResizedAnswer> Resized,
    [property: Description("In this order, one after the other.")] IReadOnlyList<ImageAnswer> Images,
    [property: Description("Stored names of everything that would be recorded.")] IReadOnlyList<string> Events);

/// <summary>A group that would be chosen.</summary>
public sealed record PlacedAnswer(string Chain, IReadOnlyList<long> Group, PlacementEvidence Evidence);

/// <summary>Slices of a node for a chain.</summary>
public sealed record SlicesAnswer(long Node, string Chain, int Slices, int Slot);

/// <summary>A member in whose place another node would be put.</summary>
public sealed record ReplacedAnswer(
    string Chain, long Node, long By,
    [property: Description("memberUnavailable, nodeExit, nodeIncompliant, nodeDrained, requested, scheduled or contractRotation.")] string Reason,
    PlacementEvidence Evidence);

/// <summary>A reservation that would be larger or smaller.</summary>
public sealed record ResizedAnswer(long Node, string Chain, int Before, int After);

/// <summary>An image that a member would be made anew from.</summary>
public sealed record ImageAnswer(long Node, string Chain, string Image);
