using System.Text.Json;
using System.Text.Json.Serialization;

namespace Skale.Docker;

/// <summary>
/// What a container may use. The same record is asked for at creation and read back by inspection, so the two can be compared. Zero or empty means no limit.
/// </summary>
public sealed record Limits
{
    /// <summary>Billionths of a CPU. Exclusive with <see cref="CpuQuotaMicroseconds"/>.</summary>
    public long NanoCpus { get; init; }

    /// <summary>CPU time per period; the kernel refuses less than 1,000.</summary>
    [JsonPropertyName("CpuQuota")]
    public long CpuQuotaMicroseconds { get; init; }

    /// <summary>From 1,000 to 1,000,000; 0 is the kernel's 100,000.</summary>
    [JsonPropertyName("CpuPeriod")]
    public long CpuPeriodMicroseconds { get; init; }

    /// <summary>Relative weight when CPUs are short, from 2; 0 is the engine's 1,024.</summary>
    public long CpuShares { get; init; }

    /// <summary>At least 6 MiB.</summary>
    [JsonPropertyName("Memory")]
    public long MemoryBytes { get; init; }

    /// <summary>Memory and swap together. When not set it equals <see cref="MemoryBytes"/>: no swap. -1 is unlimited swap, and what an engine without swap accounting reports.</summary>
    [JsonPropertyName("MemorySwap")]
    public long MemorySwapBytes { get => field == 0 ? MemoryBytes : field; init; }

    /// <summary>Processes and threads.</summary>
    public long? PidsLimit { get; init; }

    [JsonPropertyName("BlkioDeviceReadBps")]
    public IReadOnlyList<DeviceRate> ReadBytesPerSecond { get => field; init => field = value ?? []; } = [];

    [JsonPropertyName("BlkioDeviceWriteBps")]
    public IReadOnlyList<DeviceRate> WriteBytesPerSecond { get => field; init => field = value ?? []; } = [];

    [JsonPropertyName("BlkioDeviceReadIOps")]
    public IReadOnlyList<DeviceRate> ReadsPerSecond { get => field; init => field = value ?? []; } = [];

    [JsonPropertyName("BlkioDeviceWriteIOps")]
    public IReadOnlyList<DeviceRate> WritesPerSecond { get => field; init => field = value ?? []; } = [];

    public IReadOnlyList<Ulimit> Ulimits { get => field; init => field = value ?? []; } = [];

    /// <summary>Where what is in force is not what these ask for, by the engine's names and in its notation; empty when all is well.</summary>
    public IReadOnlyList<LimitDifference> DifferencesFrom(Limits inForce)
    {
        var (asked, real) = (Members(this), Members(inForce));
        return [.. asked.Where(member => member.Value != real[member.Key]).Select(member => new LimitDifference(member.Key, member.Value, real[member.Key]))];
    }

    private static Dictionary<string, string> Members(Limits limits) =>
        JsonSerializer.SerializeToElement(limits).EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetRawText());
}

/// <param name="Member">As in the engine's API.</param>
public sealed record LimitDifference(string Member, string Asked, string InForce);

/// <param name="Device">A block device of the host, such as <c>/dev/sda</c>.</param>
/// <param name="PerSecond">Bytes or operations, as the list it is in says.</param>
public sealed record DeviceRate([property: JsonPropertyName("Path")] string Device, [property: JsonPropertyName("Rate")] long PerSecond);

/// <param name="Name">As <c>setrlimit</c> names it, lower case, such as <c>nofile</c>.</param>
public sealed record Ulimit(string Name, long Soft, long Hard);
