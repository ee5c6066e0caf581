using System.CommandLine;
using Skale.Cli.Commands.Audit;
using Skale.Cli.Commands.L1;

namespace Skale.Cli.Commands;

/// <summary>The <c>skale</c> command.</summary>
internal static class SkaleCommand
{
    public static RootCommand Create() => new("Skale.Services: an event-sourced control plane for virtualised blockchains.")
    {
        UpCommand.Create(),
        ReadCommands.Status(),
        ReadCommands.Nodes(),
        ReadCommands.Chains(),
        ReadCommands.Images(),
        LogsCommand.Create(),
        EventsCommand.Create(),
        HistoryCommand.Create(),
        ExplainCommand.Create(),
        PlanCommand.Create(),
        ChainCommand.Create(),
        NodeCommand.Create(),
        AuditCommand.Create(),
        L1Command.Create(),
        StoreCommand.Create(),
        RelayCommand.Create(),
        StoryCommand.Create(),
        ImageCommand.Create(),
    };
}
