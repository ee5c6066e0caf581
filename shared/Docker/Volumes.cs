using System.Text.Json.Serialization;

namespace Skale.Docker;

/// <summary>A volume to create.</summary>
public sealed record VolumeSpec
{
    public required string Name { get; init; }

    public string Driver { get; init; } = "local";

    /// <summary>Driver options, such as <c>type</c> and <c>device</c>.</summary>
    [JsonPropertyName("DriverOpts")]
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}

/// <summary>A volume as it is.</summary>
public sealed record VolumeDetails
{
    public required string Name { get; init; }

    public required string Driver { get; init; }

    /// <summary>The folder on the host.</summary>
    public required string Mountpoint { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public IReadOnlyDictionary<string, string> Options { get => field; init => field = value ?? new Dictionary<string, string>(); } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Labels { get => field; init => field = value ?? new Dictionary<string, string>(); } = new Dictionary<string, string>();
}

/// <summary>The volumes of one engine.</summary>
public sealed class Volumes
{
    private readonly EngineConnection connection;

    internal Volumes(EngineConnection connection) => this.connection = connection;

    /// <summary>All volumes that carry all the labels; an empty value asks only for the key.</summary>
    public async Task<IReadOnlyList<VolumeDetails>> List(IReadOnlyDictionary<string, string> labels, CancellationToken cancellation = default) =>
        (await connection.Ask<Listed>(HttpMethod.Get, EnginePath.Of("/volumes", ("filters", EnginePath.Labels(labels))), null, cancellation)).Volumes ?? [];

    /// <summary>Null when there is no such volume.</summary>
    public Task<VolumeDetails?> Find(string volume, CancellationToken cancellation = default) =>
        connection.Find<VolumeDetails>(EnginePath.Of("/volumes/{}", volume), cancellation);

    /// <summary>Returns the volume. One of that name that exists already is returned as it is: compare its labels.</summary>
    public Task<VolumeDetails> Create(VolumeSpec spec, CancellationToken cancellation = default) =>
        connection.Ask<VolumeDetails>(HttpMethod.Post, "/volumes/create", spec, cancellation);

    /// <summary>Destroys the data. False when there is none.</summary>
    /// <exception cref="DockerException"><c>Conflict</c>: a container, running or not, uses it.</exception>
    public Task<bool> Remove(string volume, CancellationToken cancellation = default) =>
        connection.Delete(EnginePath.Of("/volumes/{}", volume), cancellation);

    private sealed record Listed(List<VolumeDetails>? Volumes);
}
