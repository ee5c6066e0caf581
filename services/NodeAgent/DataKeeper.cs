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

    /// <summary>The volumes that the subnode has by its order.</summary>
    /// <exception cref="RepairRefusedException">One is missing, not of this agent's making, or not to be reached from here.</exception>
    internal async Task<ChainData> DataOf(Subnode subnode)
    {
        var found = new List<(string?, DataPlace)>();
        foreach (var volume in DataVolume.Of(place, subnode))
        {
            found.Add((volume.Part?.Name, PlaceOf(await Require(subnode.Chain, volume.Name))));
        }

        return new ChainData(found);
    }

    /// <exception cref="RepairRefusedException">There is none.</exception>
    internal Task RequireData(ChainName chain) => Require(chain, place.NameOf(chain));

    /// <summary>All volumes of the chain that there are, also of parts that its order names no longer.</summary>
    /// <exception cref="RepairRefusedException">One is not of this agent's making, or not to be reached from here.</exception>
    internal async Task<ChainData> AllOf(ChainName chain) => new([.. (await engine.Volumes.List(LabelsOf(chain))).Select(v => ((string?)null, PlaceOf(v)))]);

    /// <summary>Ends the chain's containers in the reverse order of their starts, each with the time to save its data. They stay.</summary>
    /// <returns>Those that ran.</returns>
    internal async Task<IReadOnlySet<string>> Stop(ChainName chain)
    {
        var running = (await ContainersOf(chain)).Where(c => c.State is not ("created" or "exited" or "dead")).ToArray();
        foreach (var container in running)
        {
            await engine.Containers.Stop(container.Id, stopWithin);
        }

        return running.Select(c => c.Name).ToHashSet();
    }

    /// <summary>As the agent starts them after every stop.</summary>
    internal async Task Start(Subnode subnode, IReadOnlySet<string> stopped)
    {
        foreach (var container in SubnodeContainer.Of(place, subnode).Set.Where(c => stopped.Contains(c.Name)))
        {
            await steps.Do(new Step.StartContainer(container), CancellationToken.None);
        }
    }

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
        await (await AllOf(chain)).Unmount();
        foreach (var volume in await engine.Volumes.List(LabelsOf(chain)))
        {
            await steps.Do(new Step.RemoveVolume(volume.Name), CancellationToken.None);
        }
    }

    /// <summary>What a killed agent had begun to unpack goes.</summary>
    /// <param name="stays">Chains whose restore is recorded.</param>
    internal async Task RemoveStaged(IReadOnlyCollection<ChainName> stays, CancellationToken cancellation)
    {
        foreach (var volume in await engine.Volumes.List(place.Labels, cancellation))
        {
            var data = new DataPlace(volume, volumes);
            if (!stays.Contains(new(volume.Labels.GetValueOrDefault(Label.Chain, ""))) && data.HasStaged)
            {
                await data.Discard(data.Staged);
            }
        }
    }

    private async Task<VolumeDetails> Require(ChainName chain, string volume) => await engine.Volumes.Find(volume)
        ?? throw new RepairRefusedException(Refusal.NotFound, $"Not all data of chain '{chain}' is on this machine: there is no volume {volume}. It is made when the chain is started next.");

    private DataPlace PlaceOf(VolumeDetails volume) => !place.Owns(volume.Labels) || IsolationRule.Faults(volume).Any()
        ? throw new RepairRefusedException(Refusal.Conflict, $"Volume {volume.Name} is not as this agent makes them{string.Concat(IsolationRule.Faults(volume).Select(f => $"; {f}"))}. It is left alone.")
        : engine.Endpoint.SocketPath is null || !Environment.IsPrivilegedProcess || !Directory.Exists(Path.GetDirectoryName(volume.Mountpoint))
            ? throw new RepairRefusedException(Refusal.Failed, $"This agent does not reach {volume.Mountpoint}: it must run as root on the engine's own machine, not in a container.")
            : new DataPlace(volume, volumes);

    /// <summary>Those first that are to end first.</summary>
    private async Task<ContainerSummary[]> ContainersOf(ChainName chain) => [.. (await engine.Containers.List(LabelsOf(chain))).OrderByDescending(c => DockerHost.RankOf(c.Labels))];

    private Dictionary<string, string> LabelsOf(ChainName chain) => new(place.Labels) { [Label.Chain] = chain.Value };
}
