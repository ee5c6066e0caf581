using System.Collections.Concurrent;
using Skale.Contracts;
using Skale.Docker;

namespace Skale.NodeAgent;

/// <summary>Where the images of this node's containers come from; each image is looked up once, since an id names it for ever.</summary>
internal sealed class ImageOrigins(DockerEngine engine)
{
    private const string SbomLabel = "skale.sbom";
    private const int MostLabels = 32, MostCharacters = 256;
    private readonly ConcurrentDictionary<(string Reference, string Id), ImageOrigin> known = [];

    /// <summary>Null when the image is gone, as one may be of which a container runs.</summary>
    public async Task<ImageOrigin?> Of(string reference, string id, CancellationToken cancellation)
    {
        if (known.TryGetValue((reference, id), out var origin))
        {
            return origin;
        }

        return await engine.Images.Find(id, cancellation) is { } image
            ? known[(reference, id)] = new ImageOrigin(
                reference,
                [.. image.Digests.Order(StringComparer.Ordinal).Take(MostLabels)],
                [.. image.Labels.OrderBy(l => l.Key, StringComparer.Ordinal).Take(MostLabels).Select(l => Short($"{l.Key}={l.Value}"))],
                image.Labels.GetValueOrDefault(SbomLabel) is { } sbom ? Short(sbom) : null)
            : null;
    }

    private static string Short(string text) => text.Length > MostCharacters ? text[..MostCharacters] : text;
}
