using System.Net;
using Skale.Docker;
using Skale.EventStore;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <content>What can be wrong with them.</content>
public sealed partial class NodeAgentOptions
{
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

        if (ChainNetworks is not (Bridge or Overlay))
        {
            yield return $"NodeAgent:ChainNetworks is '{ChainNetworks}'; it must be '{Bridge}', or '{Overlay}' on a machine of a Docker Swarm.";
        }

        foreach (var (name, ranges) in new[] { (nameof(MayReach), Firewall.MayReach), (nameof(ApiFrom), Firewall.ApiFrom) })
        {
            if (ranges.FirstOrDefault(r => !IPNetwork.TryParse(r, out _)) is { } wrong)
            {
                yield return $"NodeAgent:{name} has '{wrong}'; it must be address ranges such as 10.20.0.0/16, with no bits behind the prefix, separated by commas.";
            }
        }

        if (AllowedRegistries.FirstOrDefault(r => !r.Split('/')[0].Contains('.', StringComparison.Ordinal) && !r.StartsWith("localhost", StringComparison.Ordinal)) is { } registry)
        {
            yield return $"NodeAgent:Registries has '{registry}'; it must begin with a registry's name, as docker.io/{registry}.";
        }

        if (Verifier.Length > 0 && !(Path.IsPathRooted(Verifier) && File.Exists(Verifier)))
        {
            yield return $"NodeAgent:Verifier is '{Verifier}'; it must be the whole path of a program on this machine.";
        }

        if (SealException.ProblemOf(() => _ = Keys) is { } key)
        {
            yield return key;
        }

        if (SealingKey.ProblemWith(IdentityKey) is { } identity)
        {
            yield return $"NodeAgent:IdentityKey: {identity}";
        }

        if (DemandSignedOrders && SchedulerKeys.Length == 0)
        {
            yield return "NodeAgent:DemandSignedOrders is true and NodeAgent:SchedulerKeys empty; set it to what 'skale audit keygen' printed when it made the scheduler's key (Orders:SigningKey).";
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
            (nameof(HealthPatience), HealthPatience), (nameof(StopTimeout), StopTimeout), (nameof(VerifierTimeout), VerifierTimeout),
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
