using System.CommandLine;
using Skale.Contracts;
using Skale.Hosting;
using Skale.NodeAgent;

namespace Skale.Cli.Commands;

/// <summary><c>skale node backup</c>, <c>restore</c> and <c>wipe</c>: a chain's data on this machine, asked of the agent over its socket.</summary>
internal static class DataCommands
{
    private const string DefaultFolder = "/run/skale";
    private static readonly Argument<string> Chain = new("CHAIN") { Description = "A chain that runs on this machine." };
    private static readonly Option<string?> Socket = new("--socket") { Description = $"The agent's, where several are on this machine: NETWORK-NODE.sock in {DefaultFolder} (NodeAgent:SocketFolder)." };
    private static readonly Option<long> Generation = new("--generation") { Description = "Of the subnode whose data is meant, as 'docker inspect' shows it in label skale.generation: another one is refused.", Required = true };
    private static readonly Option<string> To = new("--to") { Description = "A file that is not there yet.", Required = true };
    private static readonly Option<string> From = new("--from") { Description = "A backup, of this node or of another member of the chain.", Required = true };

    public static IEnumerable<Command> All() =>
    [
        Create(new("backup", "Copy a chain's data on this machine to a file. The chain is stopped while it is read.") { Chain, To, Socket }, async (a, agent, cancellation) =>
        {
            var file = Path.GetFullPath(a.GetValue(To)!);
            var backup = await agent.Post<DataBackup>("backup", new DataOrder(new ChainName(a.GetValue(Chain)!), file), cancellation);
            Console.WriteLine($"{file}: {Words(backup)}.");
        }),
        Create(new("restore", "Put a backup in the place of a chain's data on this machine. It is verified first; the old data goes when the chain has answered on the new.") { Chain, From, Generation, Socket }, async (a, agent, cancellation) =>
        {
            var backup = await agent.Post<DataBackup>("restore", new DataOrder(new ChainName(a.GetValue(Chain)!), Path.GetFullPath(a.GetValue(From)!), a.GetValue(Generation)), cancellation);
            Console.WriteLine($"Chain '{a.GetValue(Chain)}' has the data of {Words(backup)}. It is being started.");
        }),
        Create(new("wipe", "Destroy a chain's data on this machine. It starts with none.") { Chain, Generation, Socket }, async (a, agent, cancellation) =>
        {
            await agent.Post<DataOrder>("wipe", new DataOrder(new ChainName(a.GetValue(Chain)!), null, a.GetValue(Generation)), cancellation);
            Console.WriteLine($"The data of chain '{a.GetValue(Chain)}' on this machine is destroyed. It is being started with none.");
        }),
    ];

    private static Command Create(Command command, Func<ParseResult, ApiClient, CancellationToken, Task> run)
    {
        command.SetAction(async (arguments, cancellation) =>
        {
            var sockets = arguments.GetValue(Socket) is { } given ? [given] : Directory.Exists(DefaultFolder) ? Directory.GetFiles(DefaultFolder, "*.sock") : [];
            if (sockets.Length != 1)
            {
                await Console.Error.WriteLineAsync(sockets.Length == 0
                    ? $"No agent of this machine has a socket in {DefaultFolder}: start it, or give --socket PATH as its NodeAgent:SocketFolder has it. Only root sees them."
                    : $"Several agents are on this machine: choose with --socket {string.Join(" or ", sockets.Order())}.");
                return sockets.Length == 0 ? ExitCodes.Unreachable : ExitCodes.BadInput;
            }

            return await ApiClient.RunAt(sockets[0], agent => run(arguments, agent, cancellation), cancellation);
        });
        return command;
    }

    private static string Words(DataBackup backup) =>
        $"node {backup.Node} at generation {backup.Generation}, {backup.At:u}, {backup.Files} files and folders, {backup.Bytes} bytes, SHA-256 {backup.Sha256}";
}
