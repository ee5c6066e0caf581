using System.Net;

namespace Skale.Docker;

/// <summary>The engine answered, and the answer was no.</summary>
/// <param name="status">HTTP status of the answer; 200 when the failure came later, inside a stream (build, pull, load).</param>
/// <param name="engineMessage">The engine's own words.</param>
/// <param name="asked">Method and path of the request, without the API version.</param>
public sealed class DockerException(HttpStatusCode status, string engineMessage, string asked)
    : Exception($"Docker refused {asked} ({(int)status}): {engineMessage}")
{
    public HttpStatusCode Status => status;

    public string EngineMessage => engineMessage;

    public string Asked => asked;

    /// <summary>The container, image, network or volume named in the request does not exist.</summary>
    public bool NotFound => status == HttpStatusCode.NotFound;

    /// <summary>The name is taken, the thing is in use, or it is in a state that does not allow this.</summary>
    public bool Conflict => status == HttpStatusCode.Conflict;

    /// <summary>The subnet asked for overlaps another network of this engine: choose another one and ask again.</summary>
    public bool SubnetTaken => Says("pool overlaps") || Says("networks have overlapping") || Says("overlaps with existing routes");

    /// <summary>No subnet was asked for and the engine's default pools, about 31 networks, are used up: ask with an explicit subnet.</summary>
    public bool SubnetsUsedUp => Says("available, non-overlapping") || Says("predefined address pools have been fully subnetted");

    /// <summary>A host port of the container is in use already.</summary>
    public bool PortTaken => PortAllocated || Says("address already in use");

    /// <summary>A host port is in use by the engine's own books, which may be wrong after it was killed (moby/libnetwork issue 1790): then only its restart frees the port.</summary>
    public bool PortAllocated => Says("port is already allocated");

    /// <summary>
    /// The container, or its process, was given to containerd and never told of: an engine that was killed meanwhile cannot start this container again, only another one of its name.
    /// </summary>
    public bool HalfStarted => Says("id already in use") || (Says("task ") && Says(": already exists"));

    /// <summary>A container somewhere in the swarm is in the network.</summary>
    public bool OverlayInUse => Says("is in use by task");

    /// <summary>It takes a manager of a swarm.</summary>
    public bool NotManager => Says("not a swarm manager");

    /// <summary>The swarm has no network of the name that the container is to join.</summary>
    public bool OverlayMissing => Says("could not attach to network") && Says("not found");

    internal bool WrongVersion => status == HttpStatusCode.BadRequest && Says("client version");

    private bool Says(string words) => engineMessage.Contains(words, StringComparison.OrdinalIgnoreCase);
}
