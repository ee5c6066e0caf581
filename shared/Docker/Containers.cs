using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Skale.Docker;

/// <summary>The containers of one engine. A container is named by id or name.</summary>
public sealed class Containers
{
    private readonly EngineConnection connection;

    internal Containers(EngineConnection connection) => this.connection = connection;

    /// <summary>All containers, running or not, that carry all the labels; an empty value asks only for the key.</summary>
    public async Task<IReadOnlyList<ContainerSummary>> List(IReadOnlyDictionary<string, string> labels, CancellationToken cancellation = default) =>
        await connection.Ask<List<ContainerSummary>>(
            HttpMethod.Get,
            EnginePath.Of("/containers/json", ("all", "true"), ("filters", EnginePath.Labels(labels))),
            null,
            cancellation);

    /// <summary>Null when there is no such container.</summary>
    public async Task<ContainerDetails?> Find(string container, CancellationToken cancellation = default) =>
        (await connection.Find<ContainerWire>(EnginePath.Of("/containers/{}/json", container), cancellation))?.Details();

    /// <exception cref="DockerException"><c>NotFound</c>: the image or network is missing. <c>Conflict</c>: the name is taken.</exception>
    public async Task<CreatedContainer> Create(ContainerSpec spec, CancellationToken cancellation = default)
    {
        var created = await connection.Ask<CreatedContainer>(HttpMethod.Post, EnginePath.Of("/containers/create", ("name", spec.Name)), ContainerBody.Of(spec), cancellation);
        return created with { Warnings = created.Warnings ?? [] };
    }

    /// <summary>False when it runs already.</summary>
    /// <exception cref="DockerException"><c>PortTaken</c>, or the entry point cannot be run.</exception>
    public Task<bool> Start(string container, CancellationToken cancellation = default) =>
        connection.Tell(HttpMethod.Post, EnginePath.Of("/containers/{}/start", container), null, cancellation);

    /// <summary>SIGTERM, then SIGKILL when it has not ended in time. False when it is not running.</summary>
    /// <param name="within">Whole seconds; null is the container's own <see cref="ContainerSpec.StopWithin"/>.</param>
    public Task<bool> Stop(string container, TimeSpan? within = null, CancellationToken cancellation = default) => connection.Tell(
        HttpMethod.Post,
        EnginePath.Of("/containers/{}/stop", container, ("t", within is { } time ? Seconds(time) : null)),
        null,
        cancellation,
        within ?? TimeSpan.FromMinutes(5));

    /// <summary>Sends a signal.</summary>
    /// <exception cref="DockerException"><c>Conflict</c>: it is not running.</exception>
    public Task Kill(string container, string signal = "SIGKILL", CancellationToken cancellation = default) =>
        connection.Tell(HttpMethod.Post, EnginePath.Of("/containers/{}/kill", container, ("signal", signal)), null, cancellation);

    /// <summary>False when there is none.</summary>
    /// <param name="force">Kills it first when it runs; else a running one is a <c>Conflict</c>.</param>
    /// <param name="anonymousVolumes">Removes its unnamed volumes too; named ones always stay.</param>
    public Task<bool> Remove(string container, bool force = false, bool anonymousVolumes = true, CancellationToken cancellation = default) =>
        connection.Delete(EnginePath.Of("/containers/{}", container, ("force", Flag(force)), ("v", Flag(anonymousVolumes))), cancellation);

    /// <summary>Waits until it is not running and returns its exit code; not bounded but by the token.</summary>
    public async Task<int> Wait(string container, CancellationToken cancellation = default)
    {
        var path = EnginePath.Of("/containers/{}/wait", container, ("condition", "not-running"));
        using var answer = await connection.Open(HttpMethod.Post, path, () => null, cancellation);
        await foreach (var exit in JsonLines.Read<Exit>(connection.Endpoint, answer, $"POST {path}", cancellation))
        {
            return exit.Error is { Message.Length: > 0 } error
                ? throw new DockerException(answer.StatusCode, error.Message, $"POST {path}")
                : exit.StatusCode;
        }

        throw new DockerUnavailableException(connection.Endpoint, $"it closed the connection before container {container} ended.");
    }

    /// <summary>Changes CPU, memory and pids of a container without restarting it. Block IO and ulimits cannot be changed.</summary>
    /// <param name="restart">Null keeps it as it is.</param>
    public async Task<IReadOnlyList<string>> Update(string container, Limits limits, RestartPolicy? restart = null, CancellationToken cancellation = default)
    {
        var body = (JsonObject)JsonSerializer.SerializeToNode(limits, EngineConnection.Json)!;
        body["RestartPolicy"] = restart is null ? null : JsonSerializer.SerializeToNode(restart, EngineConnection.Json);
        return (await connection.Ask<Updated>(HttpMethod.Post, EnginePath.Of("/containers/{}/update", container), body, cancellation)).Warnings ?? [];
    }

    /// <summary>What it printed, oldest first.</summary>
    /// <param name="tail">Only the newest lines; null is all that is kept.</param>
    /// <param name="follow">Goes on until it ends.</param>
    public IAsyncEnumerable<LogLine> Logs(string container, int? tail = null, bool follow = false, CancellationToken cancellation = default) => LogStream.Read(
        connection,
        EnginePath.Of(
            "/containers/{}/logs",
            container,
            ("stdout", "true"),
            ("stderr", "true"),
            ("follow", Flag(follow)),
            ("tail", tail?.ToString(CultureInfo.InvariantCulture))),
        cancellation);

    private static string Flag(bool value) => value ? "true" : "false";

    private static string Seconds(TimeSpan time) => ((int)Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);

    private sealed record Exit(int StatusCode, ExitError? Error);

    private sealed record ExitError(string? Message);

    private sealed record Updated(List<string>? Warnings);
}
