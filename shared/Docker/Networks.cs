namespace Skale.Docker;

/// <summary>The networks of one engine. A network is named by id or name.</summary>
public sealed class Networks
{
    private readonly EngineConnection connection;

    internal Networks(EngineConnection connection) => this.connection = connection;

    /// <summary>All networks that carry all the labels; an empty value asks only for the key, no labels for every network.</summary>
    public async Task<IReadOnlyList<NetworkDetails>> List(IReadOnlyDictionary<string, string> labels, CancellationToken cancellation = default) =>
        await connection.Ask<List<NetworkDetails>>(HttpMethod.Get, EnginePath.Of("/networks", ("filters", EnginePath.Labels(labels))), null, cancellation);

    /// <summary>Null when there is no such network.</summary>
    public Task<NetworkDetails?> Find(string network, CancellationToken cancellation = default) =>
        connection.Find<NetworkDetails>(EnginePath.Of("/networks/{}", network), cancellation);

    /// <summary>Returns the new network's id.</summary>
    /// <exception cref="DockerException"><c>Conflict</c>: the name is taken. <c>SubnetTaken</c>, <c>SubnetsUsedUp</c>: choose another subnet.</exception>
    public async Task<string> Create(NetworkSpec spec, CancellationToken cancellation = default)
    {
        var body = new Body(
            spec.Name,
            true,
            spec.Driver,
            spec.Internal,
            spec.Attachable,
            spec.Subnet is { } subnet ? new NetworkAddresses(null, [new(subnet.ToString(), spec.Gateway?.ToString())]) : null,
            spec.Options,
            spec.Labels);
        return (await connection.Ask<Created>(HttpMethod.Post, "/networks/create", body, cancellation)).Id;
    }

    /// <summary>False when there is none.</summary>
    /// <exception cref="DockerException">Containers are still on it.</exception>
    public Task<bool> Remove(string network, CancellationToken cancellation = default) =>
        connection.Delete(EnginePath.Of("/networks/{}", network), cancellation);

    /// <param name="aliases">Names under which others on the network find it, besides its own.</param>
    public Task Connect(string network, string container, IReadOnlyList<string>? aliases = null, CancellationToken cancellation = default) => connection.Tell(
        HttpMethod.Post,
        EnginePath.Of("/networks/{}/connect", network),
        new Joining(container, new Endpoint(aliases ?? [])),
        cancellation);

    /// <param name="force">Also when the engine has lost the container.</param>
    public Task Disconnect(string network, string container, bool force = false, CancellationToken cancellation = default) =>
        connection.Tell(HttpMethod.Post, EnginePath.Of("/networks/{}/disconnect", network), new Leaving(container, force), cancellation);

    // CheckDuplicate: before API 1.44 the engine takes a second network of the same name without it.
    private sealed record Body(
        string Name,
        bool CheckDuplicate,
        string Driver,
        bool Internal,
        bool Attachable,
        NetworkAddresses? IPAM,
        IReadOnlyDictionary<string, string> Options,
        IReadOnlyDictionary<string, string> Labels);

    private sealed record Created(string Id);

    private sealed record Joining(string Container, Endpoint EndpointConfig);

    private sealed record Endpoint(IReadOnlyList<string> Aliases);

    private sealed record Leaving(string Container, bool Force);
}
