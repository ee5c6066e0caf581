using System.Text.Json.Serialization;

namespace Skale.Docker;

/// <summary>An image as it is.</summary>
public sealed record ImageDetails
{
    /// <summary><c>sha256:...</c>, of the image's configuration.</summary>
    public required string Id { get; init; }

    [JsonPropertyName("RepoTags")]
    public IReadOnlyList<string> Tags { get => field; init => field = value ?? []; } = [];

    /// <summary>References by digest, <c>name@sha256:...</c>; empty for an image built here.</summary>
    [JsonPropertyName("RepoDigests")]
    public IReadOnlyList<string> Digests { get => field; init => field = value ?? []; } = [];

    [JsonPropertyName("Size")]
    public long SizeBytes { get; init; }

    public string Architecture { get; init; } = "";

    public string Os { get; init; } = "";

    public ImageConfiguration Config { get => field; init => field = value ?? new(); } = new();

    [JsonIgnore]
    public IReadOnlyDictionary<string, string> Labels => Config.Labels;
}

/// <summary>What containers of an image start with.</summary>
public sealed record ImageConfiguration
{
    public string User { get; init; } = "";

    public IReadOnlyList<string> Entrypoint { get => field; init => field = value ?? []; } = [];

    [JsonPropertyName("Cmd")]
    public IReadOnlyList<string> Command { get => field; init => field = value ?? []; } = [];

    public IReadOnlyDictionary<string, string> Labels { get => field; init => field = value ?? new Dictionary<string, string>(); } = new Dictionary<string, string>();
}

/// <summary>An image in a list.</summary>
public sealed record ImageSummary
{
    public required string Id { get; init; }

    [JsonPropertyName("RepoTags")]
    public IReadOnlyList<string> Tags { get => field; init => field = value ?? []; } = [];

    [JsonPropertyName("RepoDigests")]
    public IReadOnlyList<string> Digests { get => field; init => field = value ?? []; } = [];

    public IReadOnlyDictionary<string, string> Labels { get => field; init => field = value ?? new Dictionary<string, string>(); } = new Dictionary<string, string>();

    [JsonPropertyName("Size")]
    public long SizeBytes { get; init; }
}

/// <summary>One step of a pull, build or load.</summary>
/// <param name="Text">For people, one line.</param>
/// <param name="Layer">What it is about; null when the whole.</param>
/// <param name="DoneBytes">Null when the engine does not say.</param>
/// <param name="TotalBytes">Null when the engine does not say.</param>
public sealed record ImageProgress(string Text, string? Layer = null, long? DoneBytes = null, long? TotalBytes = null);
