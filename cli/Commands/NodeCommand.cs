using System.CommandLine;
using Skale.Cli.Commands.Nodes;
using Skale.Scheduler.Api;
using static Skale.Cli.Commands.ChainArguments;

namespace Skale.Cli.Commands;

/// <summary><c>skale node</c>: what operators do to nodes.</summary>
internal static class NodeCommand
{
    public static Command Create() => ChangeCommand.Group(
        "node", "Keep new chains from a node, move its chains away, make this machine one, or work on the data of its chains.", [
        ChangeCommand.Create(new("drain", "Move the node's chains to others, one after the other, and keep new ones from it. What the contract placed there stays.") { Node, Undo }, a => new(
            HttpMethod.Post, $"v1/nodes/{a.GetValue(Node)}/drain", new SetDrain(!a.GetValue(Undo)))),
        ChangeCommand.Create(new("maintenance", "Keep new chains from the node; those it has stay.") { Node, Undo }, a => new(
            HttpMethod.Post, $"v1/nodes/{a.GetValue(Node)}/maintenance", new SetMaintenance(!a.GetValue(Undo)))),
        InitCommand.Create(),
        .. JoinCommands.All(),
        .. DataCommands.All()]);
}
