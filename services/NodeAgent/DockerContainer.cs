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
    /// Restarted by the engine unless stopped by hand: a chain outlives the absence of its agent and a restart of the engine. The agent
    /// watches, repairs what the engine does not, and reports.
    /// </summary>
    public static ContainerSpec SpecOf(SubnodeContainer container, TimeSpan stopWithin, Limits? limits = null) => new()
    {
        Name = container.Name,
        Image = container.Subnode.Image,
        Command = container.Arguments,
        Labels = LabelsOf(container.Place, container.Subnode.Chain, (Label.Generation, Text(container.Subnode.Generation)), (Label.Spec, container.SpecHash)),
        Hostname = "chain",
        Network = container.Name,
        Limits = limits ?? LimitsOf(container),
        Isolation = Isolation.Strict,
        Volumes = [new VolumeMount(container.Name, SubnodeContainer.DataFolder)],
        Ports = [new PublishedPort(container.Place.PublishAddress, container.HostPort, SubnodeContainer.RpcPort)],
        Restart = RestartPolicy.UnlessStopped,
        Log = new LogPolicy(LogFileBytes, LogFiles),
        StopWithin = stopWithin,
    };

    /// <summary>What the engine can change while it runs. Memory with swap is memory: no swap.</summary>
    public static Limits LimitsOf(SubnodeContainer container) => new()
    {
        NanoCpus = container.Subnode.Limits.NanoCpus,
        CpuShares = container.Asked[Limit.CpuShares],
        MemoryBytes = container.Subnode.Limits.MemoryBytes,
        PidsLimit = container.Subnode.Limits.Pids,
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
