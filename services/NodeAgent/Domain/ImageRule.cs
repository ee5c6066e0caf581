namespace Skale.NodeAgent.Domain;

/// <summary>Which images may run: a digest names one image for ever, a tag names whatever somebody moved it to.</summary>
public static class ImageRule
{
    private const string Digest = "sha256:";
    private const int HexDigits = 64;

    /// <summary>What is wrong with an image's name and what would be right; null when nothing is.</summary>
    /// <param name="development">Tags are allowed.</param>
    public static string? Fault(string image, bool development)
    {
        if (string.IsNullOrWhiteSpace(image))
        {
            return "the order names no image";
        }

        var digest = image[(image.LastIndexOf('@') + 1)..];
        var isDigest = digest.StartsWith(Digest, StringComparison.Ordinal) && digest.Length == Digest.Length + HexDigits
            && digest[Digest.Length..].All(char.IsAsciiHexDigitLower);
        return development || isDigest
            ? null
            : $"image '{image}' is not named by digest (NAME@sha256:...); tags are for development (NodeAgent:Development=true)";
    }
}
