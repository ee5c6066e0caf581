using System.Diagnostics;
using System.Net;
using Skale.Contracts;
using Skale.Docker;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>Carries out the steps of a plan on a Docker Engine. What is done already counts as done; what is somebody else's is refused.</summary>
internal sealed partial class DockerSteps(Place place, DockerEngine engine, MachineLimits limits, SubnetPool subnets, ImageVerifier verifier, TimeSpan stopWithin)
{
    private const uint MostProbes = 1024;

    public async Task<string?> Do(Step step, CancellationToken cancellation)
    {
        try
        {
            return step switch
            {
                Step.CreateNetwork s => await CreateNetwork(s, cancellation),
                Step.CreateVolume s => await CreateVolume(s, cancellation),
                Step.CreateContainer s => await CreateContainer(s.Container, cancellation),
                Step.StartContainer s => await Start(s.Container, cancellation),
                Step.SetLimits s => await SetLimits(s, cancellation),
                Step.RemoveContainer s => await RemoveContainer(s, cancellation),
                Step.RemoveNetwork s => await RemoveNetwork(s.Id, cancellation),
                Step.RemoveVolume s => await RemoveVolume(s.Name, cancellation),
                _ => throw new UnreachableException(step.GetType().Name),
            };
        }
        catch (DockerException e)
        {
            throw new StepRefusedException(Reason(step, e), e);
        }
        catch (Exception e) when (e is HostToolException or IOException or UnauthorizedAccessException)
        {
            throw new StepRefusedException($"could not {step.Words}: {e.Message}", e);
        }
    }

    private async Task<string> CreateNetwork(Step.CreateNetwork step, CancellationToken cancellation)
    {
        var start = subnets.StartFor(place.Node.Value, step.Slot);
        for (uint probe = 0; probe < Math.Min(MostProbes, subnets.Count); probe++)
        {
            try
            {
                return await engine.Networks.Create(DockerContainer.NetworkOf(place, step, IPNetwork.Parse(subnets.Subnet(start, probe))), cancellation);
            }
            catch (DockerException e) when (e.SubnetTaken)
            {
            }
            catch (DockerException e) when (e.Conflict)
            {
                var there = await engine.Networks.Find(step.Name, cancellation);
                return there is not null && place.Owns(there.Labels) ? there.Id : throw Foreign("network", step.Name);
            }
        }

        throw new StepRefusedException($"no free subnet for network '{step.Name}' in {MostProbes} tries from {subnets.Subnet(start, 0)}; give NodeAgent:SubnetPool another range");
    }

    private async Task<string> CreateVolume(Step.CreateVolume step, CancellationToken cancellation)
    {
        if (step.Bytes is { } bytes)
        {
            await limits.Volumes.Provide(step.Name, bytes, step.ForAll);
        }

        var volume = await engine.Volumes.Create(DockerContainer.VolumeOf(place, step), cancellation);
        if (!place.Owns(volume.Labels))
        {
            throw Foreign("volume", step.Name);
        }

        if (step is { ForAll: true, Bytes: null } && Directory.Exists(volume.Mountpoint))
        {
            await HostTool.Run("chmod", ["1777", volume.Mountpoint]);
        }

        return volume.Name;
    }

    private async Task<string> CreateContainer(SubnodeContainer container, CancellationToken cancellation)
    {
        await limits.AttachVolumes(container);
        var spec = DockerContainer.SpecOf(container, stopWithin, limits.At(container));
        await Refuse(IsolationRule.Faults(spec), spec, cancellation);
        spec = spec with { Image = await verifier.BeforeCreate(container.Name, spec.Image, cancellation) };
        var closing = CloseOff(container, cancellation);
        try
        {
            return (await engine.Containers.Create(spec, cancellation)).Id;
        }
        catch (DockerException e) when (e.Conflict)
        {
            var there = await engine.Containers.Find(container.Name, cancellation);
            return there is not null && place.Owns(there.Labels) && there.Labels.GetValueOrDefault(Label.Spec) == container.SpecHash
                ? there.Id
                : throw Foreign("container", container.Name);
        }
        finally
        {
            await closing;
        }
    }

    /// <summary>Looks at the volumes as they are now: a name says nothing of where it leads.</summary>
    private async Task Refuse(IEnumerable<string> faults, ContainerSpec spec, CancellationToken cancellation)
    {
        var all = faults.ToList();
        foreach (var name in all.Count == 0 ? spec.Volumes.Select(v => v.Volume) : [])
        {
            if (await engine.Volumes.Find(name, cancellation) is { } volume)
            {
                all.AddRange(place.Owns(volume.Labels) ? IsolationRule.Faults(volume) : throw Foreign("volume", name));
            }
        }

        if (all.Count > 0)
        {
            throw new StepRefusedException($"container '{spec.Name}' is refused: {string.Join("; ", all)}");
        }
    }

    private async Task<string?> SetLimits(Step.SetLimits step, CancellationToken cancellation)
    {
        if (await engine.Containers.Find(step.Id, cancellation) is { } found)
        {
            await limits.Set(found, step.Container, cancellation);
        }

        return null;
    }

    private async Task<string?> RemoveNetwork(string id, CancellationToken cancellation)
    {
        await engine.Networks.Remove(id, cancellation);
        await limits.Network.Remove(id, limits.Abilities);
        return null;
    }

    private async Task<string?> RemoveVolume(string name, CancellationToken cancellation)
    {
        // The engine's entry goes last: while it is there, an interrupted removal is taken up again.
        await RemoveData(name, cancellation);
        await engine.Volumes.Remove(name, cancellation);
        return null;
    }

    /// <summary>Destroys a volume's own disk. Where what is left of a container that the engine does not have any more keeps it, an agent was killed before it ended that.</summary>
    internal async Task RemoveData(string volume, CancellationToken cancellation)
    {
        await limits.Volumes.Remove(volume);
        foreach (var container in limits.Volumes.HeldBy(volume))
        {
            if (await engine.Containers.Find(container, cancellation) is null)
            {
                await OrphanedTask.End(container, cancellation);
            }
        }
    }

    private async Task<string?> RemoveContainer(Step.RemoveContainer step, CancellationToken cancellation)
    {
        try
        {
            if (step.Gracefully)
            {
                await engine.Containers.Stop(step.Id, stopWithin, cancellation);
            }

            await engine.Containers.Remove(step.Id, force: true, cancellation: cancellation);
        }
        catch (DockerException e) when (e.NotFound)
        {
            // As it is to be.
        }

        await OrphanedTask.End(step.Id, cancellation);
        return null;
    }

    private static StepRefusedException Foreign(string what, string name) =>
        new($"a {what} named '{name}' is there already and is not made by this agent; it is left alone, rename or remove it by hand");

    private static string Reason(Step step, DockerException e) => step switch
    {
        Step.CreateContainer s when e.NotFound => $"image '{s.Container.Image}' is not on this machine; pull, load or build it ({e.EngineMessage})",
        Step.StartContainer when e.OverlayMissing => $"{ChainOverlay.Missing} ({e.EngineMessage})",
        Step.StartContainer s when e.PortTaken => $"a port of container '{s.Container.Name}' is taken by something else on this machine ({e.EngineMessage})",
        _ => e.EngineMessage,
    };
}
