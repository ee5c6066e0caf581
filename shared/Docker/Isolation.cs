using System.Text.Json.Serialization;

namespace Skale.Docker;

/// <summary>What separates a container from the host. Asked for at creation and read back by inspection. <see cref="Strict"/> is the one to start from.</summary>
public sealed record Isolation
{
    /// <summary>No capabilities, no new privileges, a view of its own control groups only, read-only root with a small <c>/tmp</c>; the engine's default seccomp profile stays on.</summary>
    public static Isolation Strict { get; } = new()
    {
        ReadOnlyRoot = true,
        DroppedCapabilities = ["ALL"],
        SecurityOptions = ["no-new-privileges"],
        CgroupNamespace = "private",
        Tmpfs = new Dictionary<string, string> { ["/tmp"] = "rw,noexec,nosuid,nodev,size=16m" },
    };

    [JsonPropertyName("ReadonlyRootfs")]
    public bool ReadOnlyRoot { get; init; }

    [JsonPropertyName("CapDrop")]
    public IReadOnlyList<string> DroppedCapabilities { get => field; init => field = value ?? []; } = [];

    [JsonPropertyName("CapAdd")]
    public IReadOnlyList<string> AddedCapabilities { get => field; init => field = value ?? []; } = [];

    [JsonPropertyName("SecurityOpt")]
    public IReadOnlyList<string> SecurityOptions { get => field; init => field = value ?? []; } = [];

    /// <summary>Path to mount options. Bound the size: the pages count as the container's memory.</summary>
    public IReadOnlyDictionary<string, string> Tmpfs { get => field; init => field = value ?? new Dictionary<string, string>(); } = new Dictionary<string, string>();

    public bool Privileged { get; init; }

    /// <summary>Empty is the container's own; <c>host</c> is none at all.</summary>
    [JsonPropertyName("PidMode")]
    public string PidNamespace { get; init; } = "";

    /// <summary><c>private</c> is the container's own; <c>host</c> is none at all.</summary>
    [JsonPropertyName("IpcMode")]
    public string IpcNamespace { get; init; } = "private";

    /// <summary>Empty is what the engine is configured to; <c>host</c> switches user namespaces off.</summary>
    [JsonPropertyName("UsernsMode")]
    public string UserNamespace { get; init; } = "";

    /// <summary>Empty is the container's own; <c>host</c> is none at all.</summary>
    [JsonPropertyName("UTSMode")]
    public string UtsNamespace { get => field; init => field = value ?? ""; } = "";

    /// <summary><c>private</c> is the container's own; <c>host</c> is none at all. Empty is what the engine is configured to.</summary>
    [JsonPropertyName("CgroupnsMode")]
    public string CgroupNamespace { get => field; init => field = value ?? ""; } = "";

    /// <summary>Name of a network, <c>none</c>, <c>container:NAME</c> or <c>host</c>. Asked for by <see cref="ContainerSpec.Network"/>.</summary>
    public string NetworkMode { get => field; init => field = value ?? ""; } = "";

    /// <summary>Devices of the host.</summary>
    public IReadOnlyList<HostDevice> Devices { get => field; init => field = value ?? []; } = [];

    /// <summary>Which kinds of devices it may use besides those.</summary>
    [JsonPropertyName("DeviceCgroupRules")]
    public IReadOnlyList<string> DeviceRules { get => field; init => field = value ?? []; } = [];

    /// <summary>Paths of the host and where they are mounted: <c>/host:/container[:options]</c>.</summary>
    public IReadOnlyList<string> Binds { get => field; init => field = value ?? []; } = [];

    /// <summary>Containers whose mounts it shares.</summary>
    public IReadOnlyList<string> VolumesFrom { get => field; init => field = value ?? []; } = [];

    /// <summary>Further groups of its user.</summary>
    [JsonPropertyName("GroupAdd")]
    public IReadOnlyList<string> Groups { get => field; init => field = value ?? []; } = [];

    /// <summary>Kernel settings of its namespaces.</summary>
    public IReadOnlyDictionary<string, string> Sysctls { get => field; init => field = value ?? new Dictionary<string, string>(); } = new Dictionary<string, string>();
}

public sealed record HostDevice(string PathOnHost, string PathInContainer, [property: JsonPropertyName("CgroupPermissions")] string Permissions);
