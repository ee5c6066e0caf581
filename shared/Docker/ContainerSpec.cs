namespace Skale.Docker;

/// <summary>A container to create. What is left out is the strict choice where there is one: no network, no restart, no privileges beyond the engine's default.</summary>
public sealed record ContainerSpec
{
    /// <summary>Unique on the engine; letters, digits, <c>_</c>, <c>.</c> and <c>-</c>.</summary>
    public required string Name { get; init; }

    /// <summary>An id, a reference by digest, or a tag. It must be on the machine: creating does not pull.</summary>
    public required string Image { get; init; }

    /// <summary>Replaces the image's; null keeps it.</summary>
    public IReadOnlyList<string>? Entrypoint { get; init; }

    /// <summary>Arguments of the entry point; null keeps the image's.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary><c>uid[:gid]</c>; null keeps the image's.</summary>
    public string? User { get; init; }

    public string? Hostname { get; init; }

    public string? WorkingFolder { get; init; }

    /// <summary>Name or id of a network, or <c>none</c>.</summary>
    public string Network { get; init; } = "none";

    /// <summary>Names under which others on <see cref="Network"/> find it, besides its own.</summary>
    public IReadOnlyList<string> NetworkAliases { get; init; } = [];

    public Limits Limits { get; init; } = new();

    public Isolation Isolation { get; init; } = new();

    public IReadOnlyList<VolumeMount> Volumes { get; init; } = [];

    public IReadOnlyList<PublishedPort> Ports { get; init; } = [];

    public RestartPolicy Restart { get; init; } = RestartPolicy.Never;

    public LogPolicy Log { get; init; } = new();

    /// <summary>Runs a small init as process 1 that forwards signals and reaps children.</summary>
    public bool Init { get; init; }

    /// <summary>What a stop waits before it kills; null is the engine's 10 seconds. Whole seconds.</summary>
    public TimeSpan? StopWithin { get; init; }
}

/// <summary>A named volume in a container. A new, empty volume takes over what the image has at that path, with its owner.</summary>
/// <param name="Volume">Its name; created when missing, so create it first if it needs labels.</param>
/// <param name="Path">Absolute, in the container.</param>
/// <param name="TakesOver">False: it stays empty.</param>
public sealed record VolumeMount(string Volume, string Path, bool ReadOnly = false, bool TakesOver = true);

/// <summary>A port of a container reachable at the host.</summary>
/// <param name="HostAddress">Which of the host's addresses; <c>0.0.0.0</c> is all of them.</param>
/// <param name="HostPort">0 lets the engine choose; inspect shows what it chose.</param>
/// <param name="Protocol"><c>tcp</c>, <c>udp</c> or <c>sctp</c>.</param>
public sealed record PublishedPort(string HostAddress, int HostPort, int ContainerPort, string Protocol = "tcp");

/// <param name="Name"><c>no</c>, <c>always</c>, <c>unless-stopped</c> or <c>on-failure</c>.</param>
/// <param name="MaximumRetryCount">For <c>on-failure</c>; 0 is without end.</param>
public sealed record RestartPolicy(string Name, int MaximumRetryCount = 0)
{
    public static RestartPolicy Never { get; } = new("no");

    public static RestartPolicy Always { get; } = new("always");

    public static RestartPolicy UnlessStopped { get; } = new("unless-stopped");

    public static RestartPolicy OnFailure(int atMost) => new("on-failure", atMost);
}

/// <summary>The engine's <c>json-file</c> log, bounded: the newest <paramref name="Files"/> files of at most <paramref name="FileBytes"/> each.</summary>
public sealed record LogPolicy(long FileBytes = 1_000_000, int Files = 3);
