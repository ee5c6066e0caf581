using System.Globalization;
using Skale.Servers.Stack;

namespace Skale.Bench;

/// <summary>What the services weigh while nothing happens.</summary>
internal static class IdleBench
{
    private const double LimitMegabytes = 100;

    public static async Task Run(TimeSpan after)
    {
        Machine.Print($"bench/run idle --seconds {after.TotalSeconds:0}");
        await using var world = await World.Start();
        var atStart = world.Stack.Services.ToDictionary(s => s.Id, s => Megabytes(s, "VmRSS"));
        await Task.Delay(after);
        Console.WriteLine($"""

            Resident memory {after.TotalSeconds:0} s after the start, {World.Nodes} nodes registered, no chain; limit {LimitMegabytes:0} MB

            Once, about 20 s after its start, a service lets go of program pages that only the start-up needed: they leave this figure, the kernel keeps them.

            | process | at the start, MB | VmRSS, MB | of it private, MB | peak, MB | within the limit |
            |---|---|---|---|---|---|
            """);
        foreach (var service in world.Stack.Services)
        {
            Console.WriteLine(Row(service, atStart[service.Id]));
        }
    }

    private static string Row(ServiceProcess service, double atStart)
    {
        var resident = Megabytes(service, "VmRSS");
        return string.Create(CultureInfo.InvariantCulture, $"| {service.Service} | {atStart:0.0} | {resident:0.0} | {Megabytes(service, "RssAnon"):0.0} | {Megabytes(service, "VmHWM"):0.0} | {(resident <= LimitMegabytes ? "yes" : "NO")} |");
    }

    /// <summary>The kernel counts in units of 1,024 bytes; a megabyte here is 1,000,000.</summary>
    private static double Megabytes(ServiceProcess service, string field) => 1024 / 1e6 * double.Parse(
        File.ReadLines($"/proc/{service.Id}/status").First(l => l.StartsWith($"{field}:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture);
}
