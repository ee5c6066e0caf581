using System.Text.Json.Serialization;

namespace Skale.Docker;

/// <summary>What separates a container from the host. Asked for at creation and read back by inspection. <see cref="Strict"/> is the one to start from.</summary>
public sealed record Isolation
{
    /// <summary>No capabilities, no new privileges, read-only root with a small <c>/tmp</c>; the engine's default seccomp profile stays on.</summary>
    public static Isolation Strict { get; } = new()
    {
        ReadOnlyRoot = true,
        DroppedCapabilities = ["ALL"],
        SecurityOptions = ["no-new-privileges"],
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
}
