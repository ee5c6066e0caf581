using System.Collections.Immutable;
using Skale.Docker;
using Skale.EventStore;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>Section <c>NodeAgent</c>; the same for every agent of a process, the node's id apart.</summary>
public sealed partial class NodeAgentOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "NodeAgent";

    private const string Bridge = "bridge", Overlay = "overlay";

    /// <summary>The network whose node this is, as in Scheduler:Network; part of every label and name on the engine. Lower-case letters, digits and '-'.</summary>
    public string Network { get; set; } = "";

    /// <summary>The machine's index in the contract's registry. Not used in the embedded host, which names its agents itself.</summary>
    public long? NodeId { get; set; }

    /// <summary>Where the Docker Engine listens: <c>unix:///path</c>, <c>tcp://host:port</c> or <c>https://host:port</c>.</summary>
    public string Engine { get; set; } = $"{EngineEndpoint.Default}";

    /// <summary>Address of this machine on which the chains' endpoints are published; 0.0.0.0 for all.</summary>
    public string PublishAddress { get; set; } = "127.0.0.1";

    /// <summary>IPv4 range, /8 to /28, from which each chain network takes 8 addresses; what overlaps with other networks is passed over.</summary>
    public string SubnetPool { get; set; } = "10.128.0.0/9";

    /// <summary>
    /// <c>bridge</c>: each chain has a network of its own on this machine. <c>overlay</c>: its main container is in a network that reaches the chain's members on all machines of the
    /// Docker Swarm besides; the engine must be in one.
    /// </summary>
    public string ChainNetworks { get; set; } = Bridge;

    /// <summary>Images may be named by tag. Otherwise only by digest.</summary>
    public bool Development { get; set; }

    /// <summary>No engine, no containers: a rehearsal.</summary>
    public bool Simulate { get; set; }

    /// <summary>How often a running chain is asked whether it answers.</summary>
    public TimeSpan HealthEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How often a running container's limits are inspected, and the engine is asked for all that it holds: it tells of itself what happens to a chain's parts, and this is for what it did not tell.
    /// </summary>
    public TimeSpan VerifyEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long a started chain may take to answer before that is reported as a failure; it is tried on.</summary>
    public TimeSpan StartPatience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a running chain may be silent before that is reported as a failure.</summary>
    public TimeSpan HealthPatience { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>What a chain gets to save its data before it is killed. Whole seconds.</summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many chains are worked on at the engine at a time: 1 to 64.</summary>
    public int Parallel { get; set; } = 8;

    /// <summary>Where data volumes of a fixed size are kept, each a sparse file. On the machine itself: the engine mounts them.</summary>
    public string VolumeFolder { get; set; } = "/var/lib/skale/volumes";

    /// <summary>
    /// Folder of the sockets through which the machine's operator orders backups, restores and wipes (<c>skale node backup</c>), one for each agent: <c>NETWORK-NODE.sock</c>. Made for root alone; whoever
    /// can open a socket in it can destroy chains' data.
    /// </summary>
    public string SocketFolder { get; set; } = "/run/skale";

    /// <summary>Open files of all 128 slices of the machine; each process of a chain may open its slices' part.</summary>
    public long OpenFiles { get; set; } = NodeBudget.DefaultOpenFiles;

    /// <summary>Disk for the data of all 128 slices. Null: not limited unless the scheduler orders so.</summary>
    public long? DiskBytes { get; set; }

    /// <summary>Bytes per second that all slices may read from their data volumes, and as many to write. Null: not limited unless the scheduler orders so.</summary>
    public long? IoBytesPerSecond { get; set; }

    /// <summary>Reads per second of all slices, and as many writes. Null: not limited unless the scheduler orders so.</summary>
    public long? IoPerSecond { get; set; }

    /// <summary>Bits per second towards all slices, and as many from them. Null: not limited unless the scheduler orders so.</summary>
    public long? NetworkBitsPerSecond { get; set; }

    /// <summary>Private address ranges that chains may reach besides the members of their groups, separated by commas; empty for none.</summary>
    public string MayReach { get; set; } = "";

    /// <summary>Address ranges from which the chains' API ports can be reached, separated by commas; empty for everywhere.</summary>
    public string ApiFrom { get; set; } = "";

    /// <summary>
    /// Registries from which images may come, or repositories and folders of them, as <c>ghcr.io/skalenetwork</c>, separated by commas; empty for any. With a list, an image that is
    /// named by its id alone is refused.
    /// </summary>
    public string Registries { get; set; } = "";

    /// <summary>
    /// A program on this machine that is run with an image's reference and id before each start of a chain. Any other end than exit code 0 refuses the image, with what the program
    /// printed. Empty: none.
    /// </summary>
    public string Verifier { get; set; } = "";

    /// <summary>How long the verifier may take; later is a refusal.</summary>
    public TimeSpan VerifierTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The scheduler's key, as <c>skale audit keygen</c> prints it: orders that are not signed with it are refused. While a key is changed, the old one and the new, separated by
    /// a comma. Empty: orders are not checked, and whoever can publish on the bus can start containers here.
    /// </summary>
    public string SchedulerKeys { get; set; } = "";

    /// <summary>Do not start without <see cref="SchedulerKeys"/>.</summary>
    public bool DemandSignedOrders { get; set; }

    /// <summary>
    /// File of this machine's own key, which <c>skale node join</c> makes and registers: reports are signed with it. Not set: they are not, and a scheduler that knows a key of the node, or demands
    /// one, does not take them.
    /// </summary>
    public string? IdentityKey { get; set; }

    internal bool HasOverlays => ChainNetworks == Overlay;

    internal IReadOnlyList<VerifierKey> Keys => VerifierKey.ParseAll(SchedulerKeys, "NodeAgent:SchedulerKeys");

    internal IReadOnlyCollection<string> AllowedRegistries => Parts(Registries);

    internal FirewallPolicy Firewall => new(SubnetPool, Parts(MayReach), Parts(ApiFrom));

    internal NodeBudget Budget => new(OpenFiles, DiskBytes, IoBytesPerSecond, IoPerSecond, NetworkBitsPerSecond);

    private static ImmutableArray<string> Parts(string text) => [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
}
