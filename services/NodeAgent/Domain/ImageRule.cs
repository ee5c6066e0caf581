using Skale.Contracts;

namespace Skale.NodeAgent.Domain;

/// <summary>Which images may run: a digest names one image for ever, a tag names whatever somebody moved it to; and where they may come from.</summary>
public static class ImageRule
{
    private const string DefaultRegistry = "docker.io";

    /// <summary>What is wrong with an image's name and what would be right; null when nothing is.</summary>
    /// <param name="development">Tags are allowed.</param>
    /// <param name="registries">Registries, or repositories and folders of them, as <c>ghcr.io/skalenetwork</c>; empty for any.</param>
    public static string? Fault(string image, bool development, IReadOnlyCollection<string>? registries = null)
    {
        if (string.IsNullOrWhiteSpace(image))
        {
            return "the order names no image";
        }

        if (!development && !ImageReference.IsByDigest(image))
        {
            return $"image '{image}' is not named by digest (NAME@sha256:...); tags are for development (NodeAgent:Development=true)";
        }

        return registries is not { Count: > 0 } || (RepositoryOf(image) is { } repository && registries.Any(r => IsWithin(repository, r)))
            ? null
            : $"image '{image}' is from none of the registries that this node allows (NodeAgent:Registries={string.Join(',', registries)})";
    }

    /// <summary>Registry and path as the engine understands a name; null for an id alone, or one that is no name.</summary>
    private static string? RepositoryOf(string image)
    {
        if (ImageReference.IsDigest(image) || image.Split('/').Any(p => p is "" or "." or ".."))
        {
            return null;
        }

        var name = image.Split('@')[0];
        var tag = name.IndexOf(':', name.LastIndexOf('/') + 1);
        name = tag < 0 ? name : name[..tag];
        var first = name.Split('/')[0];
        var isRegistry = name.Contains('/', StringComparison.Ordinal) && (first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal) || first == "localhost");
        return isRegistry ? name : name.Contains('/', StringComparison.Ordinal) ? $"{DefaultRegistry}/{name}" : $"{DefaultRegistry}/library/{name}";
    }

    /// <summary>Whole parts: <c>ghcr.io/skale</c> does not allow <c>ghcr.io/skale-evil</c>.</summary>
    private static bool IsWithin(string repository, string allowed) =>
        repository.Equals(allowed, StringComparison.Ordinal) || repository.StartsWith($"{allowed}/", StringComparison.Ordinal);
}
