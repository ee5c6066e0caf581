using System.CommandLine;
using Skale.Cli.Embedded;
using Skale.Hosting;

namespace Skale.Cli.Commands;

/// <summary><c>skale up</c>: everything on this machine, in this process.</summary>
internal static class UpCommand
{
    private static readonly Option<string> Data = new("--data") { Description = "Folder of logs and of the development network.", DefaultValueFactory = _ => EmbeddedOptions.DefaultData };
    private static readonly Option<int> Nodes = new("--nodes") { Description = $"Nodes, each with an agent of its own: 1 to {EmbeddedOptions.MostNodes}.", DefaultValueFactory = _ => 4 };
    private static readonly Option<int> Port = new("--port") { Description = "Port of page and API; 0 takes a free one.", DefaultValueFactory = _ => 8080 };
    private static readonly Option<int> FirstPort = new("--first-port") { Description = $"First port of the chains; each node takes {DevelopmentContract.PortsPerNode}.", DefaultValueFactory = _ => 10_000 };
    private static readonly Option<bool> Simulate = new("--simulate") { Description = "Run no containers; every screen says so." };
    private static readonly Option<bool> Once = new("--once") { Description = "Play the whole story in a folder of its own, check it, clean up, and end with 0 if all was right." };
    private static readonly Option<string?> Keep = new("--keep") { Description = "With --once: leave the logs in this folder, which must be empty or new." };

    public static Command Create()
    {
        var up = new Command("up", "Run everything on this machine: a local Ethereum node, all services, agents, the page. Starting again resumes.")
        {
            Data, Nodes, Port, FirstPort, Simulate, Once, Keep,
        };
        up.SetAction(Run);
        return up;
    }

    private static async Task<int> Run(ParseResult arguments, CancellationToken cancellation)
    {
        var once = arguments.GetValue(Once);
        var keep = arguments.GetValue(Keep);
        var data = once ? keep ?? Directory.CreateTempSubdirectory("skale-once-").FullName : arguments.GetValue(Data)!;
        var options = new EmbeddedOptions(data, arguments.GetValue(Nodes), once ? 0 : arguments.GetValue(Port), arguments.GetValue(FirstPort), arguments.GetValue(Simulate));
        var problems = options.Problems().Concat(KeepProblems(once, keep)).ToArray();
        if (problems.Length > 0)
        {
            await Console.Error.WriteLineAsync($"Cannot start:{string.Concat(problems.Select(p => $"\n  - {p}"))}");
            return ExitCodes.BadInput;
        }

        try
        {
            return await (once ? OnceRun.Run(options, keep is not null, cancellation) : UpRun.Run(options, cancellation));
        }
        catch (Exception e) when (e is Docker.DockerUnavailableException or FileNotFoundException or DirectoryNotFoundException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return e is Docker.DockerUnavailableException ? ExitCodes.Unreachable : ExitCodes.Failed;
        }
    }

    private static IEnumerable<string> KeepProblems(bool once, string? keep)
    {
        if (keep is not null && !once)
        {
            yield return "--keep goes with --once; otherwise the logs are kept in --data anyway.";
        }

        if (keep is not null && Directory.Exists(keep) && Directory.EnumerateFileSystemEntries(keep).Any())
        {
            yield return $"--keep {keep}: the folder is not empty.";
        }
    }
}
