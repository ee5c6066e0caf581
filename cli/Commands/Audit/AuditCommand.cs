using System.CommandLine;

namespace Skale.Cli.Commands.Audit;

/// <summary><c>skale audit</c>: history read again, from the log itself; docs/audit.md shows it.</summary>
internal static class AuditCommand
{
    public static Command Create() => new("audit", "Check and read history from the log itself: no service need run.")
    {
        KeygenCommand.Create(),
        ExportCommand.Create(),
        VerifyCommand.Create(),
        ProveCommand.Create(),
        VerifyProofCommand.Create(),
        ConsistencyCommand.Create(),
        ReplayCommand.Create(),
        AtCommand.Create(),
        DiffCommand.Create(),
    };
}
