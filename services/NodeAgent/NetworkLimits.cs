using System.Collections.Immutable;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>What holds a chain at its own network, where it meets the machine: bandwidth and firewall.</summary>
internal sealed class NetworkLimits(Place place) : IDisposable
{
    private readonly BridgeTraffic traffic = new(place);
    private readonly HostFirewall firewall = new(place);

    /// <summary>Finds out by trying what this machine can do.</summary>
    /// <param name="elsewhere">Why it cannot be tried here; null when it can.</param>
    public async Task<HostAbilities> Probe(HostAbilities abilities, string? elsewhere)
    {
        var rules = elsewhere ?? await firewall.Fault();
        return abilities.Without(Limit.NetworkIn, elsewhere ?? await BridgeTraffic.Fault()).Without(Limit.NetworkOut, rules).Without(Limit.Firewall, rules);
    }

    public async Task Read(ImmutableSortedDictionary<Limit, LimitSeen>.Builder seen, string network, HostAbilities abilities)
    {
        if (abilities.Can(Limit.NetworkIn))
        {
            seen[Limit.NetworkIn] = new(BridgeTraffic.Read(network), "tc");
        }

        if (abilities.Can(Limit.Firewall))
        {
            var (digest, bits) = await Rules(network);
            seen[Limit.Firewall] = new(digest, "nft");
            seen[Limit.NetworkOut] = new(bits, "nft");
        }
    }

    /// <summary>Puts right what is not as asked.</summary>
    public async Task Set(string network, SubnodeContainer container, HostAbilities abilities)
    {
        var asked = abilities.Enforceable(container.Asked);
        if (asked.TryGetValue(Limit.Firewall, out var digest) && (await Rules(network)).Digest != digest)
        {
            await firewall.Set(network, container.Firewall);
        }

        if (asked.TryGetValue(Limit.NetworkIn, out var rate) && !(BridgeTraffic.Read(network) is { } value && Limit.NetworkIn.IsMetBy(rate, value)))
        {
            await BridgeTraffic.Limit(network, rate);
        }
    }

    /// <summary>Of a network that is gone.</summary>
    public async Task Remove(string network, HostAbilities abilities)
    {
        await BridgeTraffic.Remove(network);
        if (abilities.Can(Limit.Firewall))
        {
            await firewall.Remove(network);
        }
    }

    public async Task RemoveLeftovers(HostAbilities abilities)
    {
        if (abilities.Can(Limit.NetworkIn))
        {
            await traffic.RemoveLeftovers();
        }

        if (abilities.Can(Limit.Firewall))
        {
            await firewall.RemoveLeftovers();
        }
    }

    public void Dispose() => firewall.Dispose();

    /// <summary>What cannot be read is not in force.</summary>
    private async Task<(long? Digest, long? BitsPerSecond)> Rules(string network)
    {
        try
        {
            return await firewall.Read(network);
        }
        catch (HostToolException)
        {
            return (null, null);
        }
    }
}
