using System.CommandLine;
using Skale.Scheduler.Api;

namespace Skale.Cli.Commands;

/// <summary>What commands about chains and nodes are told, each in one spelling.</summary>
internal static class ChainArguments
{
    public static Argument<string> Name { get; } = new("NAME") { Description = "A chain's name." };

    public static Option<string> Owner { get; } = new("--owner") { Description = "Who is to own the chain.", Required = true };

    public static Option<string?> Profile { get; } = new("--profile") { Description = "A profile of the scheduler. Without it: --slices and --group-size." };

    public static Option<int?> Slices { get; } = new("--slices") { Description = "Of each member node, 0 to 128." };

    public static Option<int?> GroupSize { get; } = new("--group-size") { Description = "Member nodes." };

    public static Option<int> NewSlices { get; } = new("--slices") { Description = "Of each member node from now on, 0 to 128.", Required = true };

    public static Option<long?> Member { get; } = new("--node") { Description = "The member to replace. Without it one is drawn." };

    public static Option<string> Image { get; } = new("--image") { Description = "By digest (NAME@sha256:...); a tag only where the chain runs one now, for development.", Required = true };

    public static Argument<long> Node { get; } = new("NODE") { Description = "A node's id." };

    public static Option<bool> Undo { get; } = new("--undo") { Description = "End it: the node is as before." };

    public static Option<string?> Key { get; } = new("--key") { Description = "The Idempotency-Key that the request has: the same key is the same request, for ever. A draw depends on it. Default: one is made." };

    public static ChainType? TypeOf(ParseResult a) => a.GetValue(Slices) is null && a.GetValue(GroupSize) is null ? null : new(a.GetValue(Slices) ?? -1, a.GetValue(GroupSize) ?? -1);
}
