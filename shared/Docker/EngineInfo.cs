using System.Text.Json.Serialization;

namespace Skale.Docker;

/// <summary>What the machine and its engine offer (<c>GET /info</c>). The <c>Has...</c> members say which limits the kernel can enforce.</summary>
public sealed record EngineInfo
{
    [JsonPropertyName("ID")]
    public string Id { get; init; } = "";

    /// <summary>The host's name.</summary>
    public string Name { get; init; } = "";

    [JsonPropertyName("ServerVersion")]
    public string EngineVersion { get; init; } = "";

    /// <summary>The API version in use between this client and the engine.</summary>
    [JsonIgnore]
    public ApiVersion ApiVersion { get; init; }

    [JsonPropertyName("NCPU")]
    public int Cpus { get; init; }

    [JsonPropertyName("MemTotal")]
    public long MemoryBytes { get; init; }

    public string OperatingSystem { get; init; } = "";

    public string KernelVersion { get; init; } = "";

    public string Architecture { get; init; } = "";

    /// <summary><c>1</c> or <c>2</c>.</summary>
    public string CgroupVersion { get; init; } = "";

    /// <summary><c>cgroupfs</c> or <c>systemd</c>.</summary>
    public string CgroupDriver { get; init; } = "";

    /// <summary>The storage driver, such as <c>overlay2</c>.</summary>
    [JsonPropertyName("Driver")]
    public string StorageDriver { get; init; } = "";

    [JsonPropertyName("DockerRootDir")]
    public string RootFolder { get; init; } = "";

    [JsonPropertyName("MemoryLimit")]
    public bool HasMemoryLimit { get; init; }

    [JsonPropertyName("SwapLimit")]
    public bool HasSwapLimit { get; init; }

    [JsonPropertyName("CpuCfsQuota")]
    public bool HasCpuQuota { get; init; }

    [JsonPropertyName("CPUShares")]
    public bool HasCpuShares { get; init; }

    [JsonPropertyName("PidsLimit")]
    public bool HasPidsLimit { get; init; }

    [JsonPropertyName("LiveRestoreEnabled")]
    public bool LiveRestore { get; init; }

    /// <summary>Its part in a Docker Swarm.</summary>
    public SwarmInfo Swarm { get => field; init => field = value ?? new(); } = new();

    public IReadOnlyList<string> SecurityOptions { get => field; init => field = value ?? []; } = [];

    /// <summary>What the engine itself complains about, such as missing block-IO limits.</summary>
    public IReadOnlyList<string> Warnings { get => field; init => field = value ?? []; } = [];
}

/// <param name="State"><c>inactive</c>, <c>pending</c>, <c>active</c>, <c>error</c> or <c>locked</c>.</param>
/// <param name="IsManager">It may change the swarm, such as make overlay networks; a worker may only use what is there.</param>
/// <param name="Error">Why it is in state <c>error</c>; empty otherwise.</param>
public sealed record SwarmInfo(
    [property: JsonPropertyName("LocalNodeState")] string State = "inactive", [property: JsonPropertyName("ControlAvailable")] bool IsManager = false, string Error = "");
