namespace Skale.Contracts;

/// <summary>Where the image of a running subnode comes from, as its machine's engine tells.</summary>
/// <param name="Reference">As ordered.</param>
/// <param name="Digests">References by digest (<c>NAME@sha256:...</c>) under which the engine has it; empty for an image built or loaded on the machine.</param>
/// <param name="Labels">The image's labels, <c>KEY=VALUE</c> each, in order; at most 32, and of each at most 256 characters.</param>
/// <param name="Sbom">Where its bill of materials is, by its label <c>skale.sbom</c>; null when it names none.</param>
public sealed record ImageOrigin(string Reference, IReadOnlyList<string> Digests, IReadOnlyList<string> Labels, string? Sbom)
{
    /// <summary>By value, the lists' too: what is known need not be told again.</summary>
    public bool Equals(ImageOrigin? other) =>
        other is not null && (Reference, Sbom) == (other.Reference, other.Sbom) && Digests.SequenceEqual(other.Digests) && Labels.SequenceEqual(other.Labels);

    public override int GetHashCode() => HashCode.Combine(Reference, Sbom, Digests.Count, Labels.Count);
}
