namespace Skale.Contracts;

/// <summary>A container's part of its subnode's limits, in thousandths of each.</summary>
/// <param name="CpuPerMille">Of processor time, and of the weight when processors are short.</param>
/// <param name="PidsPerMille">Of processes and threads.</param>
/// <param name="IoPerMille">Of bytes and operations per second at the data.</param>
public sealed record SlicePart(int CpuPerMille, int MemoryPerMille, int PidsPerMille, int IoPerMille);

/// <summary>
/// A container that runs beside a subnode's main container: in its network, with the same data folder, started after it and stopped before it. It finds the chain's name in its
/// environment as <c>SKALE_CHAIN</c> and the main container's JSON-RPC as <c>SKALE_RPC</c>.
/// </summary>
/// <param name="Name">Of its own in the subnode: 1 to 16 lower-case letters and digits.</param>
/// <param name="Part">What it may use of the subnode's limits; the main container has what all sidecars leave. Network and disk are limited for all containers together.</param>
/// <param name="Arguments">Of the image's entry point. Null keeps the image's.</param>
public sealed record Sidecar(string Name, string Image, SlicePart Part, IReadOnlyList<string>? Arguments = null)
{
    /// <summary>By value, the arguments' too: another sidecar is another container.</summary>
    public bool Equals(Sidecar? other) => other is not null && (Name, Image, Part) == (other.Name, other.Image, other.Part) && Arguments.SameAs(other.Arguments);

    public override int GetHashCode() => HashCode.Combine(Name, Image, Part, Arguments?.Count);
}

/// <summary>A part of a subnode's disk: a volume of its own, of a size of its own, at <c>/data/NAME</c>. What all parts leave is the volume at <c>/data</c>, which every container has.</summary>
/// <param name="Name">Of its own in the subnode: 1 to 16 lower-case letters and digits.</param>
/// <param name="DiskPerMille">Thousandths of the disk.</param>
/// <param name="Sidecars">Names of the sidecars that have it besides the main container. Null for none.</param>
public sealed record DataPart(string Name, int DiskPerMille, IReadOnlyList<string>? Sidecars = null)
{
    /// <summary>By value, that of the list too.</summary>
    public bool Equals(DataPart? other) => other is not null && (Name, DiskPerMille) == (other.Name, other.DiskPerMille) && Sidecars.SameAs(other.Sidecars);

    public override int GetHashCode() => HashCode.Combine(Name, DiskPerMille, Sidecars?.Count);
}

/// <summary>A sidecar of a running subnode, as inspection of its container showed it.</summary>
/// <param name="ImageDigest">sha256 of what really runs.</param>
/// <param name="Readings">Every limit of its own.</param>
/// <param name="Image">Where what runs comes from; null when its machine's engine does not know any more.</param>
public sealed record RunningSidecar(string Name, string ContainerId, string ImageDigest, IReadOnlyList<LimitReading> Readings, ImageOrigin? Image)
{
    /// <summary>By value, the readings' too: what is known need not be told again.</summary>
    public bool Equals(RunningSidecar? other) => other is not null
        && (Name, ContainerId, ImageDigest, Image) == (other.Name, other.ContainerId, other.ImageDigest, other.Image) && Readings.SequenceEqual(other.Readings);

    public override int GetHashCode() => HashCode.Combine(Name, ContainerId, ImageDigest);
}
