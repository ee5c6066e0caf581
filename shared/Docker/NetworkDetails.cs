using System.Net;
using System.Text.Json.Serialization;

namespace Skale.Docker;

/// <summary>A network to create, a bridge unless it says otherwise.</summary>
public sealed record NetworkSpec
{
    public required string Name { get; init; }

    /// <summary>Its IPv4 addresses. Give one: the engine's own pools hold about 31 networks. Overlap with another network is <see cref="DockerException.SubnetTaken"/>.</summary>
    public IPNetwork? Subnet { get; init; }

    /// <summary>The host's address in the subnet; null is the first.</summary>
    public IPAddress? Gateway { get; init; }

    /// <summary>No way out of the network, and no published ports.</summary>
    public bool Internal { get; init; }

    /// <summary><c>bridge</c> or, at a manager of a swarm, <c>overlay</c>, which reaches all its machines.</summary>
    public string Driver { get; init; } = "bridge";

    /// <summary>Containers that are no service of the swarm may join the overlay network.</summary>
    public bool Attachable { get; init; }

    /// <summary>Driver options, such as <c>com.docker.network.bridge.name</c>.</summary>
    public IReadOnlyDictionary<string, string> Options { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
}

/// <summary>A network as it is.</summary>
public sealed record NetworkDetails
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required string Driver { get; init; }

    public required string Scope { get; init; }

    public required bool Internal { get; init; }

    public bool Attachable { get; init; }

    [JsonPropertyName("IPAM")]
    public required NetworkAddresses Addresses { get; init; }

    public IReadOnlyDictionary<string, string> Options { get => field; init => field = value ?? new Dictionary<string, string>(); } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Labels { get => field; init => field = value ?? new Dictionary<string, string>(); } = new Dictionary<string, string>();

    /// <summary>Running containers on it, by id. Always empty in a list.</summary>
    public IReadOnlyDictionary<string, NetworkMember> Containers { get => field; init => field = value ?? new Dictionary<string, NetworkMember>(); } = new Dictionary<string, NetworkMember>();

    [JsonIgnore]
    public IReadOnlyList<IPNetwork> Subnets => [.. (Addresses.Config ?? []).Where(part => part.Subnet is { Length: > 0 }).Select(part => IPNetwork.Parse(part.Subnet!))];
}

public sealed record NetworkAddresses(string? Driver, IReadOnlyList<NetworkAddressRange>? Config);

public sealed record NetworkAddressRange(string? Subnet, string? Gateway);

/// <param name="Address">With prefix length: <c>10.1.0.2/24</c>.</param>
public sealed record NetworkMember(string Name, [property: JsonPropertyName("IPv4Address")] string Address, string MacAddress);
