using Skale.Contracts;

namespace Skale.Scheduler;

/// <summary>Section <c>Scheduler:Profiles:NAME:Sidecars:N</c>: a container beside each subnode's main one; they start in the order of N.</summary>
public sealed class SidecarOptions
{
    private const int Whole = 1000;

    /// <summary>1 to 16 lower-case letters and digits.</summary>
    public string Name { get; set; } = "";

    public string Image { get; set; } = "";

    /// <summary>Of the image's entry point. Not set: the image's own.</summary>
    public List<string>? Arguments { get; set; }

    /// <summary>Part of the subnode's slices that is the sidecar's, 0.001 to 0.999; the main container has what all sidecars leave.</summary>
    public double Share { get; set; }

    /// <summary>Of processor time. Not set, as for those below: <see cref="Share"/>.</summary>
    public double? CpuShare { get; set; }

    public double? MemoryShare { get; set; }

    /// <summary>Of processes and threads.</summary>
    public double? PidsShare { get; set; }

    /// <summary>Of bytes and operations per second at the data.</summary>
    public double? IoShare { get; set; }

    internal Sidecar Policy => new(
        Name, Image, new SlicePart(PerMille(CpuShare ?? Share), PerMille(MemoryShare ?? Share), PerMille(PidsShare ?? Share), PerMille(IoShare ?? Share)), Arguments);

    /// <summary>A share that is none is none in thousandths either.</summary>
    internal static int PerMille(double share) => (int)Math.Round(Math.Clamp(share, -1, 2) * Whole);
}

/// <summary>Section <c>Scheduler:Profiles:NAME:DataParts:N</c>: a part of each subnode's disk that is a volume of its own, at <c>/data/NAME</c>.</summary>
public sealed class DataPartOptions
{
    /// <summary>1 to 16 lower-case letters and digits.</summary>
    public string Name { get; set; } = "";

    /// <summary>Part of the subnode's disk, 0.001 to 0.999; what all parts leave is at <c>/data</c>.</summary>
    public double Share { get; set; }

    /// <summary>Sidecars that have it besides the main container. Not set: none.</summary>
    public List<string>? Sidecars { get; set; }

    internal DataPart Policy => new(Name, SidecarOptions.PerMille(Share), Sidecars);
}
