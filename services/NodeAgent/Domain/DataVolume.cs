using System.Collections.Immutable;
using Skale.Contracts;

namespace Skale.NodeAgent.Domain;

/// <summary>One volume of a subnode.</summary>
/// <param name="Name">On the engine.</param>
/// <param name="Path">In the containers that have it.</param>
/// <param name="Part">What of the disk it is; null for what the parts leave.</param>
/// <param name="PerMille">Thousandths of the subnode's disk.</param>
public sealed record DataVolume(string Name, string Path, DataPart? Part, int PerMille)
{
    private const int Whole = 1000;

    /// <summary>File systems and loop devices count in blocks.</summary>
    private const long BlockBytes = 4096;

    /// <summary>Smaller ones hold no ext4 with a journal worth the name.</summary>
    public const long LeastBytes = 8 << 20;

    /// <summary>All of a subnode: what every container has, then the parts.</summary>
    public static ImmutableArray<DataVolume> Of(Place place, Subnode subnode)
    {
        var parts = subnode.DataParts ?? [];
        return
        [
            new(place.NameOf(subnode.Chain), SubnodeContainer.DataFolder, null, Whole - parts.Sum(p => p.DiskPerMille)),
            .. parts.Select(p => new DataVolume(place.NameOf(subnode.Chain, p.Name), $"{SubnodeContainer.DataFolder}/{p.Name}", p, p.DiskPerMille)),
        ];
    }

    /// <summary>Sizes that add up to the disk; a part has the least that a volume can have, whatever its share.</summary>
    /// <param name="volumes">All of the subnode.</param>
    public static IEnumerable<(DataVolume Volume, long Bytes)> Sizes(IReadOnlyList<DataVolume> volumes, long diskBytes) =>
        Divide(volumes, diskBytes, v => Math.Max(LeastBytes, diskBytes * v.PerMille / Whole / BlockBytes * BlockBytes));

    /// <summary>What a container may do at each of its volumes per second, in the proportion of the volumes: added up, never more than it may do at all.</summary>
    /// <param name="volumes">Those it has.</param>
    public static IEnumerable<(DataVolume Volume, long PerSecond)> Rates(IReadOnlyList<DataVolume> volumes, long perSecond)
    {
        var all = volumes.Sum(v => v.PerMille);
        return Divide(volumes, perSecond, v => Math.Max(1, (long)((Int128)perSecond * v.PerMille / all)));
    }

    /// <summary>The first has what the others leave.</summary>
    private static IEnumerable<(DataVolume Volume, long Figure)> Divide(IReadOnlyList<DataVolume> volumes, long whole, Func<DataVolume, long> part)
    {
        var others = volumes.Skip(1).Select(v => (v, part(v))).ToArray();
        return [(volumes[0], whole - others.Sum(o => o.Item2)), .. others];
    }
}
