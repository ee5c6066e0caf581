using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Skale.Contracts;
using Skale.Docker;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>How a subnode's parts look to a Docker Engine: limits, isolation and labels in one place.</summary>
internal static class DockerContainer
{
    private const long LogFileBytes = 10_000_000;
    private const int LogFiles = 3;

    /// <summary>
    /// Started by the agent alone, never by the engine: after a restart of the machine the engine would start it before its firewall is there. It outlives the
    /// absence of its agent.
    /// </summary>
    public static ContainerSpec SpecOf(SubnodeContainer container, TimeSpan stopWithin, Limits? limits = null) => new()
    {
        Name = container.Name,
        Image = container.Image,
        Command = container.Arguments,
        Environment = container.Environment,
        Labels = LabelsOf(container),
        Hostname = container.Sidecar?.Name ?? "chain",
        Network = container.SetName,
        Limits = limits ?? LimitsOf(container),
        Isolation = Isolation.Strict,
        Volumes = [.. container.Volumes.Select(v => new VolumeMount(v.Name, v.Path, TakesOver: container.Sidecar is null))],
        Ports = container.Sidecar is null ? [new PublishedPort(container.Place.PublishAddress, container.HostPort, SubnodeContainer.RpcPort)] : [],
        Restart = RestartPolicy.Never,
        Log = new LogPolicy(LogFileBytes, LogFiles),
        StopWithin = stopWithin,
    };

    /// <summary>What the engine can change while it runs. Memory with swap is memory: no swap.</summary>
    public static Limits LimitsOf(SubnodeContainer container) => LimitsOf(container.Asked);

    private static Limits LimitsOf(ImmutableSortedDictionary<Limit, long> asked) => new()
    {
        NanoCpus = asked[Limit.Cpu],
        CpuShares = asked[Limit.CpuShares],
        MemoryBytes = asked[Limit.Memory],
        PidsLimit = asked[Limit.Pids],
    };

    /// <summary>A bridge of its own per chain, without masquerading: published ports lead in, nothing leads out.</summary>
    public static NetworkSpec NetworkOf(Place place, Step.CreateNetwork step, IPNetwork subnet) => new()
    {
        Name = step.Name,
        Subnet = subnet,
        Labels = LabelsOf(place, step.Chain),
        Options = new Dictionary<string, string> { ["com.docker.network.bridge.enable_ip_masquerade"] = "false" },
    };

    public static VolumeSpec VolumeOf(Place place, Step.CreateVolume step) => new()
    {
        Name = step.Name,
        Labels = LabelsOf(place, step.Chain),
        Options = step.Bytes is null ? new Dictionary<string, string>() : IsolationRule.VolumeOptions(step.Name),
    };

    private static Dictionary<string, string> LabelsOf(SubnodeContainer container)
    {
        (string, string)[] ofAll = [(Label.Generation, Text(container.Subnode.Generation)), (Label.Spec, container.SpecHash), (Label.Image, container.Image)];
        return LabelsOf(container.Place, container.Subnode.Chain, container.Sidecar is null ? ofAll : [.. ofAll, (Label.Sidecar, container.Sidecar.Name), (Label.Rank, Text(container.Rank))]);
    }

    private static Dictionary<string, string> LabelsOf(Place place, ChainName chain, params ReadOnlySpan<(string Key, string Value)> more)
    {
        var labels = new Dictionary<string, string>(place.Labels) { [Label.Chain] = chain.Value };
        foreach (var (key, value) in more)
        {
            labels[key] = value;
        }

        return labels;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
