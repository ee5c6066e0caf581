using System.Collections.Immutable;
using Skale.Contracts;

namespace Skale.NodeAgent.Domain;

/// <summary>
/// A subnode's limits divided among its containers: each sidecar has its part, rounded down but never less than a container can be given, and the main container the rest, so that
/// they add up to the slice. Open files are counted per process and the same for all. Disk, network and firewall are limited where they are, for all containers together, and stand
/// with the main container.
/// </summary>
public static class SliceDivision
{
    private const int Whole = 1000;

    private static readonly (Limit Limit, Func<SlicePart, int> PerMille, long Least)[] Divided =
    [
        (Limit.Cpu, p => p.CpuPerMille, 10_000_000), // The kernel's least quota: 1 ms of 100.
        (Limit.CpuShares, p => p.CpuPerMille, 2),
        (Limit.Memory, p => p.MemoryPerMille, 6 << 20), // Below it the Docker Engine starts no container.
        (Limit.Swap, p => p.MemoryPerMille, 6 << 20),
        (Limit.Pids, p => p.PidsPerMille, 8), // A runtime has a few threads before it does anything.
        (Limit.DiskReadBytes, p => p.IoPerMille, 4096),
        (Limit.DiskWriteBytes, p => p.IoPerMille, 4096),
        (Limit.DiskReads, p => p.IoPerMille, 1),
        (Limit.DiskWrites, p => p.IoPerMille, 1),
    ];

    /// <summary>What one container may use.</summary>
    /// <param name="sidecar">Null: the main container.</param>
    public static ImmutableSortedDictionary<Limit, long> Of(Subnode subnode, NodeBudget budget, Sidecar? sidecar)
    {
        var slice = Slice.Of(subnode, budget);
        if (subnode.Sidecars is not { Count: > 0 } sidecars)
        {
            return slice;
        }

        var asked = sidecar is null ? slice.ToBuilder() : ImmutableSortedDictionary.CreateBuilder<Limit, long>();
        foreach (var (limit, perMille, least) in Divided)
        {
            if (slice.TryGetValue(limit, out var whole))
            {
                asked[limit] = sidecar is null ? whole - sidecars.Sum(s => Part(whole, perMille(s.Part), least)) : Part(whole, perMille(sidecar.Part), least);
            }
        }

        asked[Limit.OpenFiles] = slice[Limit.OpenFiles];
        return asked.ToImmutable();
    }

    /// <summary>Why the subnode cannot be made as ordered, with the figures; null when it can.</summary>
    public static string? Fault(Place place, Subnode subnode)
    {
        if (SubnodeSet.Faults(subnode.Sidecars, subnode.DataParts).ToArray() is { Length: > 0 } faults)
        {
            return string.Join("; ", faults);
        }

        if (subnode is { Sidecars: null or { Count: 0 }, DataParts: null or { Count: 0 } })
        {
            return null;
        }

        var slice = Slice.Of(subnode, place.Budget);
        var (main, volumes) = (Of(subnode, place.Budget, null), DataVolume.Of(place, subnode));
        var small = Divided.Where(d => main.TryGetValue(d.Limit, out var left) && left < d.Least).Select(d =>
            $"{d.Limit.Name()} of {slice[d.Limit]} {d.Limit.Unit()} cannot be divided among {subnode.Sidecars!.Count + 1} containers: each takes at least {d.Least}, and {main[d.Limit]} would be left for the main one");
        return small.Append(FaultOfDisk(slice, volumes)).Concat(SubnodeContainer.Of(place, subnode).Set.Select(FaultOfIo)).FirstOrDefault(f => f is not null);
    }

    private static string? FaultOfDisk(ImmutableSortedDictionary<Limit, long> slice, ImmutableArray<DataVolume> volumes) =>
        volumes.Length > 1 && slice.TryGetValue(Limit.Disk, out var disk) && DataVolume.Sizes(volumes, disk).First().Bytes < DataVolume.LeastBytes
            ? $"a disk of {disk} bytes cannot be divided among {volumes.Length} volumes: each takes at least {DataVolume.LeastBytes}"
            : null;

    private static string? FaultOfIo(SubnodeContainer container) =>
        container.Asked.Where(a => a.Key.IsThrottle() && DataVolume.Rates(container.Volumes, a.Value).Any(r => r.PerSecond < 1))
            .Select(a => $"{a.Key.Name()} of {a.Value} {a.Key.Unit()} cannot be divided among {container.Volumes.Length} volumes of the {container.Title}").FirstOrDefault();

    private static long Part(long whole, int perMille, long least) => Math.Max(least, (long)((Int128)whole * perMille / Whole));
}
