using Skale.Cli.Commands;
using Skale.Hosting;
using Skale.NodeAgent;

namespace Skale.Cli.Embedded;

/// <summary><c>skale up --once</c>: the story from an empty folder to a clean engine.</summary>
internal static class OnceRun
{
    public static async Task<int> Run(EmbeddedOptions options, bool keep, CancellationToken cancellation)
    {
        Console.WriteLine($"The story, on {options.Nodes} nodes{(options.Simulate ? ", SIMULATED: no containers are run" : " with real containers")}:");
        var code = ExitCodes.Failed;
        try
        {
            await using var system = await EmbeddedSystem.Start(options, cancellation);
            using var api = new ApiClient(system.Address);
            await new Story(new StoryStage(system.World.Contract, api, options.Network, options.Nodes, options.Simulate)).Play(cancellation);
            code = ExitCodes.Done;
        }
        catch (StoryFailedException e)
        {
            await Console.Error.WriteLineAsync($"  FAILED  {e.Message}");
        }
        finally
        {
            if (code != ExitCodes.Done && !options.Simulate)
            {
                await RemoveAll(options.Network);
            }

            if (!keep)
            {
                Directory.Delete(options.Data, recursive: true);
            }
        }

        Console.WriteLine(code == ExitCodes.Done ? $"The story is right.{(keep ? $" Its logs are in {Path.GetFullPath(options.Logs)}." : "")}" : "The story is wrong, see above.");
        return code;
    }

    /// <summary>For a story that failed in the middle.</summary>
    private static async Task RemoveAll(string network)
    {
        if (await NetworkLeftovers.RemoveAll(network) is { } reason)
        {
            await Console.Error.WriteLineAsync($"The firewall of the network's nodes, if there is one, stays: {reason}");
        }
    }
}
