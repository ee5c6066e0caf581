using System.CommandLine;
using Skale.ChainWatcher;
using Skale.ChainWatcher.Domain;
using Skale.Ethereum;
using Skale.Hosting;

namespace Skale.Cli.Commands.L1;

/// <summary><c>skale l1</c>: SKALE Manager read straight from Ethereum; no service, store or bus need run.</summary>
internal static class L1Command
{
    private static readonly Option<string> Rpc = new("--rpc") { Description = "Address of an Ethereum endpoint (http or https) that keeps the state of old blocks.", Required = true };

    private static readonly Option<string> Contracts = new("--contracts")
    {
        Description = "File of addresses: {\"contracts\":{\"Nodes\":\"0x...\"}}, or in a form that SKALE publishes (nodes_address, ...).",
        Required = true,
    };

    private static readonly Option<string> Abi = new("--abi") { Description = "File of ABIs by contract name; the published form (nodes_abi, ...) may be the same file as --contracts.", Required = true };

    private static readonly Option<string> Network = new("--network")
    {
        Description = "The network's name in the facts; event ids depend on it, as on ChainWatcher:Network.",
        DefaultValueFactory = _ => "l1",
    };

    public static Command Create() => new("l1", "Read SKALE Manager straight from an Ethereum endpoint: no service, store or bus need run.")
    {
        FactsCommand.Create(),
        CheckCommand.Create(),
        CheckSelectionCommand.Create(),
    };

    /// <summary>The command with the options that say what to read.</summary>
    public static Command WithSource(this Command command)
    {
        foreach (var option in new Option[] { Rpc, Contracts, Abi, Network })
        {
            command.Add(option);
        }

        return command;
    }

    /// <summary>Opens the source and runs a command on it, which gives the exit code; errors become a message and an exit code.</summary>
    public static async Task<int> Run(ParseResult arguments, Func<ManagerReader, Task<int>> command, CancellationToken cancellation)
    {
        try
        {
            // Not repeated in the message: it may hold an access key.
            var endpoint = Uri.TryCreate(arguments.GetValue(Rpc), UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : throw new BadRangeException("--rpc is not an http or https URL.");
            using var reader = await ManagerReader.Open(endpoint, arguments.GetValue(Contracts)!, arguments.GetValue(Abi)!, arguments.GetValue(Network)!, cancellation);
            return await command(reader);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return await Fail("Stopped before the end; nothing was concluded.", ExitCodes.Failed);
        }
        catch (Exception e) when (CodeOf(e) is { } code)
        {
            return await Fail(e.Message, code);
        }
    }

    /// <summary>An option is wrong.</summary>
    public sealed class BadRangeException(string message) : Exception(message);

    /// <summary>A block that the endpoint does not have.</summary>
    public sealed class NoSuchBlockException(string option, long block, long head) : Exception($"{option} is {block}; the endpoint's newest block is {head}.");

    private static int? CodeOf(Exception e) => e switch
    {
        BadRangeException or ContractsException => ExitCodes.BadInput,
        NoSuchBlockException => ExitCodes.NotFound,
        WrongChainException => ExitCodes.WrongChain,
        RpcException or RpcTransportException or NoStateException or InconsistentAnswerException => ExitCodes.Unreachable,
        ForkedException or IOException => ExitCodes.Failed,
        _ => null,
    };

    private static async Task<int> Fail(string message, int code)
    {
        await Console.Error.WriteLineAsync(message);
        return code;
    }
}
