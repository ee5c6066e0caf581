using System.Diagnostics;
using System.Net;
using Skale.Contracts;
using Skale.Docker;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>Carries out the steps of a plan on a Docker Engine. What is done already counts as done; what is somebody else's is refused.</summary>
internal sealed class DockerSteps(Place place, DockerEngine engine, SubnetPool subnets, TimeSpan stopWithin)
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
                Step.StartContainer s => await Nothing(engine.Containers.Start(s.Name, cancellation)),
                Step.SetLimits s => await Nothing(engine.Containers.Update(s.Id, DockerContainer.LimitsOf(s.Container), cancellation)),
                Step.RemoveContainer s => await RemoveContainer(s, cancellation),
                Step.RemoveNetwork s => await Nothing(engine.Networks.Remove(s.Id, cancellation)),
                Step.RemoveVolume s => await Nothing(engine.Volumes.Remove(s.Name, cancellation)),
                _ => throw new UnreachableException(step.GetType().Name),
            };
        }
        catch (DockerException e)
        {
            throw new StepRefusedException(Reason(step, e), e);
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
        var volume = await engine.Volumes.Create(DockerContainer.VolumeOf(place, step), cancellation);
        return place.Owns(volume.Labels) ? volume.Name : throw Foreign("volume", step.Name);
    }

    private async Task<string> CreateContainer(SubnodeContainer container, CancellationToken cancellation)
    {
        try
        {
            return (await engine.Containers.Create(DockerContainer.SpecOf(container, stopWithin), cancellation)).Id;
        }
        catch (DockerException e) when (e.Conflict)
        {
            var there = await engine.Containers.Find(container.Name, cancellation);
            return there is not null && place.Owns(there.Labels) && there.Labels.GetValueOrDefault(Label.Spec) == container.SpecHash
                ? there.Id
                : throw Foreign("container", container.Name);
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
        }

        return null;
    }

    private static StepRefusedException Foreign(string what, string name) =>
        new($"a {what} named '{name}' is there already and is not made by this agent; it is left alone, rename or remove it by hand");

    private static string Reason(Step step, DockerException e) => step switch
    {
        Step.CreateContainer s when e.NotFound => $"image '{s.Container.Subnode.Image}' is not on this machine; pull, load or build it ({e.EngineMessage})",
        Step.StartContainer s when e.PortTaken => $"a port of container '{s.Name}' is taken by something else on this machine ({e.EngineMessage})",
        _ => e.EngineMessage,
    };

    private static async Task<string?> Nothing(Task done)
    {
        await done;
        return null;
    }
}
