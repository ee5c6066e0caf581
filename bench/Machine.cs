using System.Globalization;
using System.Runtime.InteropServices;

namespace Skale.Bench;

/// <summary>Where and when figures were taken: without it they say nothing.</summary>
internal static class Machine
{
    public static void Print(string command)
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            {DateTimeOffset.UtcNow:yyyy-MM-dd HH:mm} UTC, {Environment.ProcessorCount} CPUs, {memory} GiB, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}
            load average at start: {Load()} (above {Environment.ProcessorCount} the machine is shared with others, and figures are worse than they could be)
            again: {command}
            """));
    }

    /// <summary>Over 1, 5 and 15 minutes.</summary>
    public static string Load() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]);
}
