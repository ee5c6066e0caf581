using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Skale.Hosting;

namespace Skale.Cli.Embedded;

/// <summary>The embedded mode until somebody stops it.</summary>
internal static class UpRun
{
    public static async Task<int> Run(EmbeddedOptions options, CancellationToken cancellation)
    {
        await using var system = await EmbeddedSystem.Start(options, cancellation);
        Console.WriteLine($"Network {options.Network}, {options.Nodes} nodes, logs in {Path.GetFullPath(options.Logs)}");
        Console.WriteLine($"Ethereum  {system.World.Rpc}  (contract {system.World.Contract.Manager.Address})");
        Console.WriteLine($"Page      {system.Address}");
        if (options.Simulate)
        {
            Console.WriteLine("SIMULATED: no containers are run.");
        }

        await SampleChains.Buy(system.World.Contract, cancellation);
        Console.WriteLine("Sample chains are bought. Look at the page, or at ./skale chains. Ctrl-C stops; chains go on, and ./run resumes.");
        await system.App.WaitForShutdownAsync(cancellation);
        return Environment.ExitCode;
    }
}
