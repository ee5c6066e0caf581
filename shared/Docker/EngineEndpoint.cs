using System.Text;

namespace Skale.Docker;

/// <summary>Where an engine listens: <c>unix:///path</c>, <c>tcp://host:port</c> (plain HTTP: loopback or a trusted network only) or <c>https://host:port</c>.</summary>
public sealed record EngineEndpoint
{
    private const int LongestSocketPath = 107;

    private EngineEndpoint(string? socketPath, Uri address) => (SocketPath, Address) = (socketPath, address);

    public static EngineEndpoint Default { get; } = Parse("unix:///var/run/docker.sock");

    /// <summary>The socket's file; null when the engine is reached over TCP.</summary>
    public string? SocketPath { get; }

    internal Uri Address { get; }

    /// <summary>What <c>DOCKER_HOST</c> says, else <see cref="Default"/>.</summary>
    /// <exception cref="FormatException">DOCKER_HOST is none of the forms above.</exception>
    public static EngineEndpoint FromEnvironment() =>
        Environment.GetEnvironmentVariable("DOCKER_HOST") is { Length: > 0 } host ? Parse(host) : Default;

    /// <exception cref="FormatException">The text is none of the forms above.</exception>
    public static EngineEndpoint Parse(string text)
    {
        if (text.StartsWith("unix://", StringComparison.Ordinal))
        {
            var path = text["unix://".Length..];
            return path.StartsWith('/') && Encoding.UTF8.GetByteCount(path) <= LongestSocketPath
                ? new(path, new Uri("http://docker"))
                : throw new FormatException($"'{text}' is no engine endpoint: a unix socket needs an absolute path of at most {LongestSocketPath} bytes.");
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri is { Host.Length: > 0, AbsolutePath: "/" or "" }
            ? uri.Scheme switch
            {
                "tcp" or "http" => new(null, new Uri($"http://{uri.Authority}")),
                "https" => new(null, new Uri($"https://{uri.Authority}")),
                _ => throw Unknown(text),
            }
            : throw Unknown(text);
    }

    public override string ToString() => SocketPath is null ? Address.GetLeftPart(UriPartial.Authority) : $"unix://{SocketPath}";

    private static FormatException Unknown(string text) =>
        new($"'{text}' is no engine endpoint: use unix:///path, tcp://host:port or https://host:port.");
}
