using Skale.Contracts;

namespace Skale.NodeAgent.Tests;

/// <summary>Subnodes of several containers and volumes.</summary>
internal static class SomeSet
{
    public static readonly Sidecar Ima = new("ima", "ima:1", new(200, 100, 300, 50)), Tail = new("tail", "tail:1", new(100, 100, 100, 100), ["-f"]);

    public static readonly Subnode Alpha = Some.Subnode("alpha", 1) with { Sidecars = [Ima, Tail], DataParts = [new("db", 600, ["ima"]), new("files", 100)] };

    /// <summary>As much more as is enough for any of the random sets.</summary>
    public static SliceLimits Large(SliceLimits limits) => limits with
    {
        NanoCpus = limits.NanoCpus + 1_000_000_000,
        MemoryBytes = limits.MemoryBytes + (1 << 30),
        Pids = limits.Pids + 1000,
        DiskBytes = limits.DiskBytes + (1 << 30),
        IoBytesPerSecond = limits.IoBytesPerSecond + (1 << 30),
        IoPerSecond = limits.IoPerSecond + 10_000,
    };

    public static Subnode Random(Random random)
    {
        var subnode = Some.Subnode("alpha", 1) with
        {
            Limits = new(random.NextInt64(5_000_000, 4_000_000_000), random.NextInt64(1 << 20, 4L << 30), random.Next(8, 2000), 1024, random.Next(3) == 0 ? null : random.NextInt64(1 << 20, 1L << 30),
                random.NextInt64(1, 1 << 24), random.NextInt64(1, 1000), random.NextInt64(64_000, 1 << 30)),
            Sidecars = [.. Enumerable.Range(0, random.Next(4)).Select(i => new Sidecar($"s{i}", $"image:{random.Next(2)}", new(random.Next(1, 300), random.Next(1, 300), random.Next(1, 300), random.Next(1, 300))))],
            DataParts = [.. Enumerable.Range(0, random.Next(3)).Select(i => new DataPart($"p{i}", random.Next(1, 450), null))],
        };
        return subnode with { DataParts = [.. subnode.DataParts.Select(p => p with { Sidecars = [.. subnode.Sidecars.Where(_ => random.Next(2) == 0).Select(s => s.Name)] })] };
    }
}
