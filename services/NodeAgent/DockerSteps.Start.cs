using Skale.Docker;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <content>Starting a container, and what an engine that was killed in the midst of it leaves behind.</content>
internal sealed partial class DockerSteps
{
    /// <summary>What the engine has to be restarted for.</summary>
    public const string LostPort = "the engine has lost count of its ports";

    private async Task<string?> Start(SubnodeContainer container, CancellationToken cancellation)
    {
        await limits.AttachVolumes(container);
        await verifier.BeforeStart(container.Name, container.Image, cancellation);
        await limits.SetNetwork((await engine.Networks.Find(container.SetName, cancellation))?.Id, container.Main);
        await limits.Overlay.Join(container, cancellation);
        try
        {
            await engine.Containers.Start(container.Name, cancellation);
            return null;
        }
        catch (DockerException e) when (e.PortAllocated)
        {
            throw !await IsPublishedByNobody(container.HostPort, cancellation) ? e : new StepRefusedException($"{LostPort}, for container '{container.Name}': the engine counts port {container.HostPort} as taken and no container publishes it. " +
                $"That comes of an engine that was killed; restart it ({e.EngineMessage})", e);
        }
        catch (DockerException e) when (e.HalfStarted)
        {
            if (await engine.Containers.Find(container.Name, cancellation) is { } there)
            {
                await RemoveContainer(new Step.RemoveContainer(there.Id, Gracefully: false), cancellation);
            }

            throw new StepRefusedException($"the engine was killed while it started container '{container.Name}' and cannot start it any more ({e.EngineMessage}); the container is made anew, with its data", e);
        }
    }

    /// <summary>While the engine makes the container, for its start to find done; the start does it again if it was not possible, and says why not.</summary>
    private Task CloseOff(SubnodeContainer container, CancellationToken cancellation) => container.Sidecar is not null ? Task.CompletedTask : HostTool.Try(async () =>
    {
        try
        {
            await limits.SetNetwork((await engine.Networks.Find(container.SetName, cancellation))?.Id, container);
        }
        catch (Exception e) when (e is DockerException or DockerUnavailableException)
        {
            // The network could not be looked up now. The start asks for it again.
        }
    });

    private async Task<bool> IsPublishedByNobody(int port, CancellationToken cancellation) =>
        (await engine.Containers.List(new Dictionary<string, string>(), cancellation)).All(c => c.Ports.All(p => p.PublicPort != port));
}
