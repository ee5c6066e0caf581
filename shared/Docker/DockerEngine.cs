namespace Skale.Docker;

/// <summary>
/// One Docker Engine, API 1.41 (Docker 20.10) or newer. Safe for concurrent use; keep one for the life of the process.
/// Every call may throw <see cref="DockerException"/> (the engine said no), <see cref="DockerUnavailableException"/> (nobody answers, or not in time)
/// and, at first use, <see cref="DockerVersionException"/>.
/// </summary>
public sealed class DockerEngine : IDisposable
{
    private readonly EngineConnection connection;

    /// <param name="endpoint">Where the engine listens; <see cref="EngineEndpoint.FromEnvironment"/> when null.</param>
    /// <param name="answerWithin">How long an ordinary answer may take, 2 minutes when null; streams (events, logs, builds, pulls) are not bounded by it.</param>
    public DockerEngine(EngineEndpoint? endpoint = null, TimeSpan? answerWithin = null)
    {
        connection = new EngineConnection(endpoint ?? EngineEndpoint.FromEnvironment(), answerWithin ?? TimeSpan.FromMinutes(2));
        Containers = new Containers(connection);
        Images = new Images(connection);
        Networks = new Networks(connection);
        Volumes = new Volumes(connection);
    }

    public EngineEndpoint Endpoint => connection.Endpoint;

    public Containers Containers { get; }

    public Images Images { get; }

    public Networks Networks { get; }

    public Volumes Volumes { get; }

    /// <summary>Returns when the engine answers, throws otherwise.</summary>
    public Task Ping(CancellationToken cancellation = default) => connection.Tell(HttpMethod.Get, "/_ping", null, cancellation);

    public Task<EngineVersion> Version(CancellationToken cancellation = default) => connection.AskVersion(cancellation);

    public async Task<EngineInfo> Info(CancellationToken cancellation = default) =>
        await connection.Ask<EngineInfo>(HttpMethod.Get, "/info", null, cancellation) with { ApiVersion = await connection.Version(cancellation) };

    /// <summary>
    /// What happens to containers, networks and volumes that carry all the labels, from <paramref name="since"/> (now, when null) until cancelled.
    /// It never just ends: a lost engine is a <see cref="DockerUnavailableException"/>. Ask again with the last event's time to miss nothing; that event comes again.
    /// </summary>
    public IAsyncEnumerable<EngineEvent> Events(IReadOnlyDictionary<string, string> labels, DateTimeOffset? since = null, CancellationToken cancellation = default) =>
        EventStream.Read(connection, "label", EnginePath.LabelTerms(labels), since, cancellation);

    /// <summary>As above, of all containers, networks and volumes, but only these actions. The engine tells no labels of networks and volumes.</summary>
    public IAsyncEnumerable<EngineEvent> Events(IReadOnlyList<string> actions, DateTimeOffset? since = null, CancellationToken cancellation = default) =>
        EventStream.Read(connection, "event", [.. actions], since, cancellation);

    /// <summary>Ends and removes every container, network and volume that carries all of these labels, data included.</summary>
    /// <exception cref="ArgumentException">No label is given: that would be everything on the engine.</exception>
    public async Task RemoveAll(IReadOnlyDictionary<string, string> labels, CancellationToken cancellation = default)
    {
        if (labels.Count == 0)
        {
            throw new ArgumentException("Without a label this would remove everything on the engine.", nameof(labels));
        }

        foreach (var container in await Containers.List(labels, cancellation))
        {
            await Containers.Remove(container.Id, force: true, cancellation: cancellation);
        }

        foreach (var network in await Networks.List(labels, cancellation))
        {
            await Networks.Remove(network.Id, cancellation);
        }

        foreach (var volume in await Volumes.List(labels, cancellation))
        {
            await Volumes.Remove(volume.Name, cancellation);
        }
    }

    public void Dispose() => connection.Dispose();
}
