using System.Net;
using Skale.Docker;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>Section <c>NodeAgent</c>; the same for every agent of a process, the node's id apart.</summary>
public sealed class NodeAgentOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "NodeAgent";

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

    /// <summary>Images may be named by tag. Otherwise only by digest.</summary>
    public bool Development { get; set; }

    /// <summary>No engine, no containers: a rehearsal.</summary>
    public bool Simulate { get; set; }

    /// <summary>How often a running chain is asked whether it answers, and the engine for what it holds.</summary>
    public TimeSpan HealthEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a running container's limits are inspected.</summary>
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

    internal NodeBudget Budget => new(OpenFiles, DiskBytes, IoBytesPerSecond, IoPerSecond, NetworkBitsPerSecond);

    internal IEnumerable<string> Problems()
    {
        if (NodeId < 0)
        {
            yield return $"NodeAgent:NodeId is {NodeId}; it is the node's index in the contract's registry, from 0.";
        }

        if (Network.Length is 0 or > 32 || !Network.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') || Network[0] == '-')
        {
            yield return $"NodeAgent:Network is '{Network}'; it must be the network's name as in Scheduler:Network: 1 to 32 lower-case letters, digits and '-', not '-' first.";
        }

        if (EngineProblem() is { } engine)
        {
            yield return $"NodeAgent:Engine: {engine}";
        }

        if (!IPAddress.TryParse(PublishAddress, out _))
        {
            yield return $"NodeAgent:PublishAddress is '{PublishAddress}'; it must be an IP address of this machine, or 0.0.0.0.";
        }

        if (Domain.SubnetPool.Parse(SubnetPool) is null)
        {
            yield return $"NodeAgent:SubnetPool is '{SubnetPool}'; it must be an IPv4 range of /8 to /28 such as 10.128.0.0/9.";
        }

        if (Parallel is < 1 or > 64)
        {
            yield return $"NodeAgent:Parallel is {Parallel}; allowed are 1 to 64.";
        }

        foreach (var (name, value, least) in new[]
        {
            (nameof(OpenFiles), OpenFiles, 128L * 256), (nameof(DiskBytes), DiskBytes, 128 * DataVolumes.LeastBytes), (nameof(IoBytesPerSecond), IoBytesPerSecond, 128 * 4096),
            (nameof(IoPerSecond), IoPerSecond, 128), (nameof(NetworkBitsPerSecond), NetworkBitsPerSecond, 128 * 64_000),
        })
        {
            if (value < least)
            {
                yield return $"NodeAgent:{name} is {value}; it is divided among 128 slices and must be at least {least}.";
            }
        }

        foreach (var (name, value) in new[]
        {
            (nameof(HealthEvery), HealthEvery), (nameof(VerifyEvery), VerifyEvery), (nameof(StartPatience), StartPatience),
            (nameof(HealthPatience), HealthPatience), (nameof(StopTimeout), StopTimeout),
        })
        {
            if (value <= TimeSpan.Zero || value > TimeSpan.FromHours(1))
            {
                yield return $"NodeAgent:{name} is {value}; it must be above zero and at most an hour.";
            }
        }
    }

    private string? EngineProblem()
    {
        try
        {
            EngineEndpoint.Parse(Engine);
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }
}
