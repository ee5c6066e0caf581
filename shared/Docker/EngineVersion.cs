using System.Text.Json.Serialization;

namespace Skale.Docker;

/// <summary>What <c>GET /version</c> says.</summary>
/// <param name="Version">The engine's own version, such as <c>20.10.24</c>.</param>
/// <param name="ApiVersion">The newest API it speaks.</param>
/// <param name="MinApiVersion">The oldest API it speaks; null from very old engines.</param>
public sealed record EngineVersion(
    string Version,
    [property: JsonPropertyName("ApiVersion")] ApiVersion ApiVersion,
    [property: JsonPropertyName("MinAPIVersion")] ApiVersion? MinApiVersion,
    string Os,
    string Arch);
