using System.Collections.Immutable;
using Skale.Contracts;

namespace Skale.NodeAgent.Domain;

/// <summary>What a machine divides among its 128 slices besides processors and memory. Null: it is not limited unless an order says so.</summary>
/// <param name="OpenFiles">Of all slices; each process of a chain may open its slices' part.</param>
/// <param name="NetworkBitsPerSecond">Each way.</param>
public sealed record NodeBudget(long OpenFiles, long? DiskBytes, long? IoBytesPerSecond, long? IoPerSecond, long? NetworkBitsPerSecond)
{
    /// <summary>The kernel's own bound for one process (fs.nr_open) goes to a chain of all slices.</summary>
    public const long DefaultOpenFiles = 1_048_576;

    /// <summary>More than that no process can be given on this machine; what a slice or an order asks for beyond it becomes this.</summary>
    public long MostOpenFiles { get; init; } = long.MaxValue;

    public static NodeBudget Default { get; } = new(DefaultOpenFiles, null, null, null, null);
}

/// <summary>What one subnode may use: its order, and for what the order leaves open its part of the machine's budget.</summary>
public static class Slice
{
    /// <summary>CPU shares of a whole node; the engine's own default for one container is 1,024.</summary>
    private const int SharesOfNode = 128 * 1024;

    private const int SlicesOfNode = 128;

    /// <summary>By limit; what nobody limits is not in it. A chain of 0 slices counts as one slice.</summary>
    public static ImmutableSortedDictionary<Limit, long> Of(Subnode subnode, NodeBudget budget)
    {
        var slices = Math.Max(1, subnode.Slices);
        var order = subnode.Limits;
        var asked = ImmutableSortedDictionary.CreateBuilder<Limit, long>();
        asked[Limit.Cpu] = order.NanoCpus;
        asked[Limit.CpuShares] = SharesOfNode / SlicesOfNode * slices;
        asked[Limit.Memory] = asked[Limit.Swap] = order.MemoryBytes;
        asked[Limit.Pids] = order.Pids;
        Add(Math.Min(order.OpenFiles ?? Part(budget.OpenFiles)!.Value, budget.MostOpenFiles), Limit.OpenFiles);
        Add(order.DiskBytes ?? Part(budget.DiskBytes), Limit.Disk);
        Add(order.IoBytesPerSecond ?? Part(budget.IoBytesPerSecond), Limit.DiskReadBytes, Limit.DiskWriteBytes);
        Add(order.IoPerSecond ?? Part(budget.IoPerSecond), Limit.DiskReads, Limit.DiskWrites);
        Add(order.NetworkBitsPerSecond ?? Part(budget.NetworkBitsPerSecond), Limit.NetworkIn, Limit.NetworkOut);
        return asked.ToImmutable();

        long? Part(long? whole) => whole is { } all ? Math.Max(1, all / SlicesOfNode * slices) : null;

        void Add(long? value, params ReadOnlySpan<Limit> limits)
        {
            foreach (var limit in limits)
            {
                if (value is { } given)
                {
                    asked[limit] = given;
                }
            }
        }
    }
}
