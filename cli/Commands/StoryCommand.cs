using System.CommandLine;
using Skale.Cli.Embedded;
using Skale.Docker;
using Skale.Ethereum;
using Skale.Ethereum.Development;
using Skale.Hosting;

namespace Skale.Cli.Commands;

/// <summary><c>skale story</c>: what <c>skale up --once</c> plays and checks, on a system that runs already.</summary>
internal static class StoryCommand
{
    private static readonly Option<string> Rpc = new("--rpc") { Description = "The development Ethereum node that the system watches.", Required = true };
    private static readonly Option<string> Network = new("--network") { Description = "Name of the network, as the services have it.", DefaultValueFactory = _ => "dev" };
    private static readonly Option<string> Contract = new("--contract") { Description = "The development contract; deployed when nothing is there.", DefaultValueFactory = _ => DevelopmentContract.UsualAddress };
    private static readonly Option<int> Nodes = new("--nodes") { Description = "Nodes with a running agent; missing ones are registered.", DefaultValueFactory = _ => 1 };
    private static readonly Option<int> FirstPort = new("--first-port") { Description = $"First port of the chains; each node takes {DevelopmentContract.PortsPerNode}.", DefaultValueFactory = _ => 10_000 };
    private static readonly Option<bool> Prepare = new("--prepare") { Description = "Deploy the contract and register the nodes, print the contract's address, and end." };

    public static Command Create()
    {
        var story = new Command("story", "Play the main job on a running development system: chains are bought, run, answer and are removed; 0 only when all was right.")
        {
            Rpc, ApiClient.UrlOption, Network, Contract, Nodes, FirstPort, Prepare,
        };
        story.SetAction(Run);
        return story;
    }

    private static async Task<int> Run(ParseResult arguments, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(arguments.GetValue(Rpc), UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            await Console.Error.WriteLineAsync("--rpc must be an http or https URL, such as http://127.0.0.1:8545.");
            return ExitCodes.BadInput;
        }

        if (arguments.GetValue(Nodes) is < 1 or > EmbeddedOptions.MostNodes)
        {
            await Console.Error.WriteLineAsync($"--nodes is {arguments.GetValue(Nodes)}; allowed are 1 to {EmbeddedOptions.MostNodes}.");
            return ExitCodes.BadInput;
        }

        using var rpc = new JsonRpcClient(address);
        try
        {
            var contract = await Find(rpc, arguments.GetValue(Contract)!, cancellation);
            await contract.RegisterNodes(arguments.GetValue(Nodes), arguments.GetValue(FirstPort), cancellation);
            if (arguments.GetValue(Prepare))
            {
                Console.WriteLine(contract.Manager.Address);
                return ExitCodes.Done;
            }

            return await ApiClient.Run(arguments, api => Play(new StoryStage(contract, api, arguments.GetValue(Network)!, arguments.GetValue(Nodes), Simulate: false), cancellation), cancellation);
        }
        catch (Exception e) when (e is StoryFailedException or RpcException or RpcTransportException or InvalidOperationException or FormatException or DockerUnavailableException)
        {
            await Console.Error.WriteLineAsync($"  FAILED  {e.Message}");
            return e switch
            {
                RpcTransportException or DockerUnavailableException => ExitCodes.Unreachable,
                FormatException => ExitCodes.BadInput,
                _ => ExitCodes.Failed,
            };
        }
    }

    private static async Task<DevelopmentContract> Find(JsonRpcClient rpc, string wanted, CancellationToken cancellation)
    {
        var contract = await DevelopmentContract.FindOrDeploy(await UnlockedAccount.First(rpc, cancellation), wanted, cancellation);
        return contract.Manager.Address == Address.Normalise(wanted)
            ? contract
            : throw new InvalidOperationException($"Nothing was at {wanted}, so the contract was deployed, at {contract.Manager.Address}: give the services that address.");
    }

    private static async Task Play(StoryStage stage, CancellationToken cancellation)
    {
        Console.WriteLine($"The story on network {stage.Network}, contract {stage.Contract.Manager.Address}, {stage.Nodes} nodes with real containers:");
        await new Story(stage).Play(cancellation);
        Console.WriteLine("The story is right.");
    }
}
