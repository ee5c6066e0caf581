using Skale.Contracts;
using Skale.Docker;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>Chains' data on this machine's engine, and the containers that use it.</summary>
public sealed class DataKeeper
{
    private readonly Place place;
    private readonly DockerEngine engine;
    private readonly DataVolumes volumes;
    private readonly DockerSteps steps;
    private readonly TimeSpan stopWithin;

    internal DataKeeper(Place place, DockerEngine engine, DataVolumes volumes, DockerSteps steps, TimeSpan stopWithin) =>
        (this.place, this.engine, this.volumes, this.steps, this.stopWithin) = (place, engine, volumes, steps, stopWithin);

    /// <exception cref="RepairRefusedException">There is none, it is not of this agent's making, or not to be reached from here.</exception>
    internal async Task<DataPlace> DataOf(ChainName chain)
    {
        var name = place.NameOf(chain);
        var volume = await engine.Volumes.Find(name)
            ?? throw new RepairRefusedException(Refusal.NotFound, $"Chain '{chain}' has no data on this machine yet: there is no volume {name}. It is made when the chain is started first.");
        await RequireOne(chain);
        return !place.Owns(volume.Labels) || IsolationRule.Faults(volume).Any()
            ? throw new RepairRefusedException(Refusal.Conflict, $"Volume {name} is not as this agent makes them{string.Concat(IsolationRule.Faults(volume).Select(f => $"; {f}"))}. It is left alone.")
            : engine.Endpoint.SocketPath is null || !Environment.IsPrivilegedProcess || !Directory.Exists(Path.GetDirectoryName(volume.Mountpoint))
                ? throw new RepairRefusedException(Refusal.Failed, $"This agent does not reach {volume.Mountpoint}: it must run as root on the engine's own machine, not in a container.")
                : new DataPlace(volume, volumes);
    }

    /// <exception cref="RepairRefusedException">The chain's profile divides its data.</exception>
    internal async Task RequireOne(ChainName chain)
    {
        if (await engine.Volumes.List(LabelsOf(chain)) is { Count: > 1 } several)
        {
            throw new RepairRefusedException(Refusal.Conflict, $"The data of chain '{chain}' is in {several.Count} volumes ({string.Join(", ", several.Select(v => v.Name).Order())}), as its profile divides it; this agent backs up, restores and wipes one. Nothing is touched.");
        }
    }

    /// <summary>Ends the chain's containers, each with the time to save its data. They stay.</summary>
    /// <returns>Whether any ran.</returns>
    internal async Task<bool> Stop(ChainName chain)
    {
        var running = (await ContainersOf(chain)).Where(c => c.State is not ("created" or "exited" or "dead")).ToArray();
        await Task.WhenAll(running.Select(c => engine.Containers.Stop(c.Id, stopWithin)));
        return running.Length > 0;
    }

    /// <summary>As the agent starts it after every stop.</summary>
    internal Task Start(Subnode subnode) => steps.Do(new Step.StartContainer(SubnodeContainer.Of(place, subnode)), CancellationToken.None);

    /// <summary>Ends and removes the chain's containers: nothing uses its data any more.</summary>
    internal async Task RemoveContainers(ChainName chain)
    {
        foreach (var container in await ContainersOf(chain))
        {
            await steps.Do(new Step.RemoveContainer(container.Id, Gracefully: true), CancellationToken.None);
        }
    }

    /// <summary>Destroys the chain's data, whatever is staged or replaced beside it too. Nothing may use it.</summary>
    internal async Task Destroy(ChainName chain)
    {
        if (await engine.Volumes.Find(place.NameOf(chain)) is not null)
        {
            await (await DataOf(chain)).Unmount();
            await steps.Do(new Step.RemoveVolume(place.NameOf(chain)), CancellationToken.None);
        }
    }

    /// <summary>What a killed agent had begun to unpack goes.</summary>
    /// <param name="stays">Chains whose restore is recorded.</param>
    internal async Task RemoveStaged(IReadOnlyCollection<ChainName> stays, CancellationToken cancellation)
    {
        foreach (var volume in await engine.Volumes.List(place.Labels, cancellation))
        {
            var data = new DataPlace(volume, volumes);
            if (!stays.Select(place.NameOf).Contains(volume.Name) && data.HasStaged)
            {
                await data.Discard(data.Staged);
            }
        }
    }

    private Task<IReadOnlyList<ContainerSummary>> ContainersOf(ChainName chain) =>
        engine.Containers.List(LabelsOf(chain));

    private Dictionary<string, string> LabelsOf(ChainName chain) => new(place.Labels) { [Label.Chain] = chain.Value };
}
