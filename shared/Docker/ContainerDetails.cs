using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Skale.Docker;

/// <summary>A container as it really is.</summary>
public sealed record ContainerDetails
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>Id of the image it was created from: <c>sha256:...</c>.</summary>
    public required string ImageId { get; init; }

    /// <summary>What the creator called the image.</summary>
    public required string Image { get; init; }

    public required IReadOnlyList<string> Entrypoint { get; init; }

    public required IReadOnlyList<string> Command { get; init; }

    /// <summary><c>NAME=value</c> each, those of the image included.</summary>
    public required IReadOnlyList<string> Environment { get; init; }

    /// <summary>Those of the image included.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    public required string User { get; init; }

    public required ContainerState State { get; init; }

    /// <summary>How often the engine itself restarted it.</summary>
    public required int RestartCount { get; init; }

    public required Limits Limits { get; init; }

    public required Isolation Isolation { get; init; }

    public required RestartPolicy Restart { get; init; }

    public required IReadOnlyList<ContainerMount> Mounts { get; init; }

    /// <summary>By network name.</summary>
    public required IReadOnlyDictionary<string, NetworkEndpoint> Networks { get; init; }

    /// <summary>Ports really published; empty unless it runs.</summary>
    public required IReadOnlyList<PublishedPort> Ports { get; init; }

    /// <summary>The host's port for a port of the container; null when it is not published.</summary>
    public int? HostPort(int containerPort, string protocol = "tcp") =>
        Ports.FirstOrDefault(port => port.ContainerPort == containerPort && port.Protocol == protocol)?.HostPort;
}

/// <param name="Status"><c>created</c>, <c>running</c>, <c>paused</c>, <c>restarting</c>, <c>removing</c>, <c>exited</c> or <c>dead</c>.</param>
/// <param name="OutOfMemory">
/// The engine heard that the kernel killed something in it for its memory limit. False does not exclude it: when the kill is also the end of the
/// container, Docker 20.10 often ends it before it hears. Exit code 137 that nobody asked for is the same suspicion.
/// </param>
/// <param name="Error">Why it could not be started; empty otherwise.</param>
/// <param name="Pid">Of its first process, on the host; 0 unless it runs.</param>
/// <param name="StartedAt">Year 1 when it never was.</param>
/// <param name="FinishedAt">Year 1 when it never did.</param>
/// <param name="Health">Null when the image has no health check.</param>
public sealed record ContainerState(
    string Status,
    bool Running,
    [property: JsonPropertyName("OOMKilled")] bool OutOfMemory,
    int ExitCode,
    string Error,
    int Pid,
    DateTimeOffset StartedAt,
    DateTimeOffset FinishedAt,
    ContainerHealth? Health = null);

/// <param name="Status"><c>starting</c>, <c>healthy</c>, <c>unhealthy</c> or <c>none</c>.</param>
public sealed record ContainerHealth(string Status, int FailingStreak);

/// <param name="Type"><c>volume</c>, <c>bind</c> (a host path) or <c>tmpfs</c>.</param>
/// <param name="Name">Of the volume; null for other types.</param>
/// <param name="Source">The folder on the host.</param>
/// <param name="Path">In the container.</param>
public sealed record ContainerMount(
    string Type,
    string? Name,
    string? Source,
    [property: JsonPropertyName("Destination")] string Path,
    [property: JsonPropertyName("RW")] bool Writable);

/// <param name="Address">IPv4; empty unless the container runs.</param>
public sealed record NetworkEndpoint(
    [property: JsonPropertyName("NetworkID")] string NetworkId,
    [property: JsonPropertyName("IPAddress")] string Address,
    string Gateway,
    string MacAddress);

/// <summary>The engine's JSON of an inspected container.</summary>
internal sealed record ContainerWire(
    string Id,
    string Name,
    DateTimeOffset Created,
    string Image,
    int RestartCount,
    ContainerState State,
    ContainerWire.ConfigWire Config,
    JsonElement HostConfig,
    List<ContainerMount>? Mounts,
    ContainerWire.NetworkWire NetworkSettings)
{
    public ContainerDetails Details() => new()
    {
        Id = Id,
        Name = Name.TrimStart('/'),
        Created = Created,
        ImageId = Image,
        Image = Config.Image,
        Entrypoint = Config.Entrypoint ?? [],
        Command = Config.Cmd ?? [],
        Environment = Config.Env ?? [],
        Labels = Config.Labels ?? [],
        User = Config.User ?? "",
        State = State,
        RestartCount = RestartCount,
        Limits = HostConfig.Deserialize<Limits>(EngineConnection.Json)!,
        Isolation = HostConfig.Deserialize<Isolation>(EngineConnection.Json)!,
        Restart = HostConfig.GetProperty("RestartPolicy").Deserialize<RestartPolicy>(EngineConnection.Json)!,
        Mounts = Mounts ?? [],
        Networks = NetworkSettings.Networks ?? [],
        Ports = [.. (NetworkSettings.Ports ?? []).SelectMany(port => (port.Value ?? []).Select(binding => Published(port.Key, binding)))],
    };

    private static PublishedPort Published(string key, Binding binding)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return new(binding.HostIp, int.Parse(binding.HostPort, CultureInfo.InvariantCulture), int.Parse(key[..slash], CultureInfo.InvariantCulture), key[(slash + 1)..]);
    }

    internal sealed record ConfigWire(string Image, List<string>? Entrypoint, List<string>? Cmd, List<string>? Env, Dictionary<string, string>? Labels, string? User);

    internal sealed record NetworkWire(Dictionary<string, NetworkEndpoint>? Networks, Dictionary<string, List<Binding>?>? Ports);

    internal sealed record Binding(string HostIp, string HostPort);
}
