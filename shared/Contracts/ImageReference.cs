namespace Skale.Contracts;

/// <summary>What an image's name says of it. A digest names one image for ever, a tag names whatever somebody moved it to.</summary>
public static class ImageReference
{
    /// <summary>Registry, path, tag and digest together are never longer.</summary>
    public const int MostCharacters = 512;

    private const string Digest = "sha256:";
    private const int HexDigits = 64;

    /// <summary>A digest alone: <c>sha256:</c> and 64 lower hex digits.</summary>
    public static bool IsDigest(string text) =>
        text.StartsWith(Digest, StringComparison.Ordinal) && text.Length == Digest.Length + HexDigits && text[Digest.Length..].All(char.IsAsciiHexDigitLower);

    /// <summary>Whether it names its image by digest (<c>NAME@sha256:...</c>, or an id alone).</summary>
    public static bool IsByDigest(string image) => IsDigest(image[(image.LastIndexOf('@') + 1)..]);

    /// <summary>Why no engine could find an image by it; null when nothing is wrong.</summary>
    public static string? Fault(string image) => image switch
    {
        "" => "it names no image",
        { Length: > MostCharacters } => $"the image's name has {image.Length} characters; at most {MostCharacters} are allowed",
        _ when image.Any(c => c is <= ' ' or > '~') => "the image's name has spaces, control characters, or letters beyond ASCII",
        _ => null,
    };
}
