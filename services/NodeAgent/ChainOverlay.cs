using System.Collections.Immutable;
using Skale.Contracts;
using Skale.Docker;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>
/// The network in which a chain's members meet, where their machines form a Docker Swarm: one overlay network per chain, encrypted between machines. It is internal: no way out and no way
/// to a machine, so that everything else goes through the chain's bridge and its firewall as without a swarm. Nobody's own, it carries no node's label.
/// </summary>
internal sealed class ChainOverlay(Place place, DockerEngine engine)
{
    private const string Driver = "overlay", Encrypted = "encrypted";
    private const int MostAllocationAsks = 100;

    /// <summary>A swarm makes a network at once and gives it driver and addresses a moment later.</summary>
    private static readonly TimeSpan AllocationPause = TimeSpan.FromMilliseconds(100);

    /// <summary>What to do where a worker finds no network.</summary>
    public const string Missing = "the swarm has no network of this chain, and this machine is a worker, which cannot make it; it waits for a member of the chain whose machine is a manager, or for 'docker node promote' of this one";

    private IReadOnlySet<string> unwanted = ImmutableHashSet<string>.Empty;

    /// <summary>Of the network that a container may be in besides its own; null for none.</summary>
    public string? NameFor(ContainerDetails container) =>
        place.HasOverlays && !container.Labels.ContainsKey(Label.Sidecar) ? place.OverlayOf(new ChainName(container.Labels.GetValueOrDefault(Label.Chain, ""))) : null;

    /// <exception cref="StepRefusedException">Overlay networks are wanted, and the engine is in no swarm.</exception>
    public void Demand(SwarmInfo swarm)
    {
        if (place.HasOverlays && swarm.State != "active")
        {
            throw new StepRefusedException($"NodeAgent:ChainNetworks is overlay, and this engine's part in a swarm is '{swarm.State}'{(swarm.Error.Length > 0 ? $" ({swarm.Error})" : "")}: "
                + "'docker swarm init' on the first machine, 'docker swarm join' on the others, 'docker swarm unlock' after a restart of one that is locked; or set it to bridge.");
        }
    }

    /// <summary>Finds out by trying what the members' traffic escapes.</summary>
    /// <param name="elsewhere">Why it cannot be tried here; null when it can.</param>
    public async Task<HostAbilities> Probe(HostAbilities abilities, string? elsewhere)
    {
        if (!place.HasOverlays)
        {
            return abilities;
        }

        const string Unlimited = "what members say to each other in their overlay network is not limited";
        var plain = elsewhere is null ? await EncryptionFault() is { } fault ? $"this kernel cannot encrypt ({fault}), and nothing reaches other machines unencrypted: members there are out of reach in it" : null : $"whether it is encrypted could not be tried: {elsewhere}";
        var partly = abilities.Partly.SetItem(Limit.NetworkIn, Unlimited).SetItem(Limit.NetworkOut, Unlimited);
        return abilities with { Partly = plain is null ? partly : partly.SetItem(Limit.Overlay, plain) };
    }

    /// <summary>Makes the network unless somebody has, and puts a main container into it, running or not.</summary>
    public async Task Join(SubnodeContainer container, CancellationToken cancellation)
    {
        if (!place.HasOverlays || container.Sidecar is not null)
        {
            return;
        }

        var name = place.OverlayOf(container.Subnode.Chain);
        var network = await Provide(name, container.Subnode.Chain, cancellation);
        var there = await engine.Containers.Find(container.Name, cancellation);

        // One that is stopped remembers the network that it was in, which may have been removed and made anew since.
        if (network is null || there?.Networks.GetValueOrDefault(name)?.NetworkId != network.Id)
        {
            await engine.Networks.Connect(name, container.Name, cancellation: cancellation);
        }
    }

    public async Task Read(ImmutableSortedDictionary<Limit, LimitSeen>.Builder seen, ContainerDetails container, CancellationToken cancellation)
    {
        if (NameFor(container) is { } name)
        {
            var holds = container.Networks.GetValueOrDefault(name) is { NetworkId.Length: > 0 } there && await engine.Networks.Find(there.NetworkId, cancellation) is { } network && IsAsMade(network);
            seen[Limit.Overlay] = new(holds ? 1 : null, "engine");
        }
    }

    /// <summary>
    /// Removes networks of chains that nobody uses, whichever node was the last. The swarm refuses while a container of any machine runs in one; who comes later makes it anew. One
    /// that was just made is not used yet: it must have been unwanted at the last look too.
    /// </summary>
    /// <param name="wanted">Chains of this node.</param>
    public async Task RemoveLeftovers(IReadOnlySet<ChainName> wanted, CancellationToken cancellation)
    {
        var found = (await engine.Networks.List(new Dictionary<string, string> { [Label.Network] = place.Network, [Label.Chain] = "" }, cancellation))
            .Where(n => n.Driver == Driver && !(place.HasOverlays && wanted.Contains(new ChainName(n.Labels[Label.Chain])))).Select(n => n.Id).ToHashSet();
        foreach (var id in found.Intersect(unwanted))
        {
            try
            {
                await engine.Networks.Remove(id, cancellation);
            }
            catch (DockerException e) when (e.OverlayInUse || e.NotManager)
            {
            }
            catch (DockerException e)
            {
                throw new HostToolException($"overlay network {id}: {e.EngineMessage}", e);
            }
        }

        unwanted = found;
    }

    /// <summary>Why the kernel cannot do what the engine has it do: ESP with AES-GCM. Null when it can.</summary>
    public static Task<string?> EncryptionFault() => HostTool.Try(() => HostTool.Run("unshare",
        ["--net", "ip", "xfrm", "state", "add", "src", "192.0.2.1", "dst", "192.0.2.2", "proto", "esp", "spi", "0x100", "mode", "transport", "aead", "rfc4106(gcm(aes))", $"0x{new string('1', 40)}", "64"]));

    /// <summary>Null where only a container that joins it can tell whether it is there: a worker sees no network of the swarm that none of its containers is in.</summary>
    private async Task<NetworkDetails?> Provide(string name, ChainName chain, CancellationToken cancellation)
    {
        if (await engine.Networks.Find(name, cancellation) is { Driver.Length: > 0 } there)
        {
            return Ours(there, chain);
        }

        var swarm = (await engine.Info(cancellation)).Swarm;
        Demand(swarm);
        if (!swarm.IsManager)
        {
            return null;
        }

        try
        {
            await engine.Networks.Create(
                new NetworkSpec
                {
                    Name = name,
                    Driver = Driver,
                    Attachable = true,
                    Internal = true,
                    Options = new Dictionary<string, string> { [Encrypted] = "" },
                    Labels = LabelsOf(chain),
                }, cancellation);
        }
        catch (DockerException e) when (e.Conflict)
        {
            // Another member was first.
        }

        for (var asked = 0; asked < MostAllocationAsks; asked++)
        {
            if (await engine.Networks.Find(name, cancellation) is { Driver.Length: > 0 } made)
            {
                return Ours(made, chain);
            }

            await Task.Delay(AllocationPause, cancellation);
        }

        throw new StepRefusedException($"the swarm has given network '{name}' no addresses in {(MostAllocationAsks * AllocationPause).TotalSeconds:0} s: its managers may have lost their majority (docker node ls), or its address pool is used up");
    }

    private NetworkDetails Ours(NetworkDetails network, ChainName chain) => IsAsMade(network) && LabelsOf(chain).All(l => network.Labels.GetValueOrDefault(l.Key) == l.Value)
        ? network
        : throw new StepRefusedException($"a network named '{network.Name}' is there already and is no encrypted, internal, attachable overlay network with the labels of chain {chain}; it is left alone, remove it by hand");

    private Dictionary<string, string> LabelsOf(ChainName chain) => new() { [Label.Network] = place.Network, [Label.Chain] = chain.Value };

    private static bool IsAsMade(NetworkDetails network) =>
        network is { Driver: Driver, Internal: true, Attachable: true } && network.Options.TryGetValue(Encrypted, out var encrypted) && encrypted != "false";
}
