using Skale.Contracts;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler.Tests;

/// <summary>Networks with what <see cref="RandomInputs"/> never draw.</summary>
internal static class RareNetworks
{
    public static IReadOnlyList<Network> All => [Machines(), Ceremonies(), Rotations(), Operators(), Kits()];

    /// <summary>Machines that tell all of themselves, orders with every limit, and an agent ahead of its node's registration that has run before.</summary>
    private static Network Machines()
    {
        var network = Begun();
        var machine = new Machine("host", 4, 8L << 30, 1L << 40, "20.10", "1.41", "Debian 12", Simulated: true, 1L << 39, 1L << 30, 5_000, 1_000_000_000);
        Tell(network, Sample.Bought("alpha", 32, 2, 0, 1), Sample.Enrolled(0, 1) with { Machine = machine });
        var subnode = network.Chains[new("alpha")].Members[new(0)].Subnode!;
        Deciding.Decider.Evolve(network, new SubnodeOrdered(new(0), new("alpha"), 7, subnode with { Generation = 7, Limits = new(1, 2, 3, 4, 5, 6, 7, 8) }, Sample.Start));
        Tell(network, Sample.Enrolled(9, 3, new SubnodeStatus(new("beta"), 1, SubnodeCondition.Failing, "exited")) with { Generation = 5 });
        return network;
    }

    /// <summary>A hole between a node's chains, a key ceremony that is stuck, and one whose successor is not told yet.</summary>
    private static Network Ceremonies()
    {
        var network = Begun();
        Tell(network, Sample.Bought("alpha", 4, 2, 0, 1), Sample.Bought("beta", 4, 2, 0, 1), Sample.Bought("gamma", 4, 2, 0, 1), Sample.Deleted("alpha"));
        Tell(network, new KeyCeremonyFailed(Sample.Origin(), new("beta"), Sample.Hash("beta"), new(1), null, Stuck: true));
        Tell(network, new KeyCeremonyFailed(Sample.Origin(), new("gamma"), Sample.Hash("gamma"), new(1), new(2), Stuck: false));
        return network;
    }

    /// <summary>Rotations that the contract counts, the last to a node whose agent is not there.</summary>
    private static Network Rotations()
    {
        var network = Begun();
        Tell(network, Sample.Bought("alpha", 4, 1, 0), Sample.Enrolled(0, 1));
        Tell(network, Sample.Rotated("alpha", 0, 1, counter: 1), Sample.Rotated("alpha", 1, 2, counter: 2));
        return network;
    }

    /// <summary>A rotation that an operator asked for and got, and one whose newcomer never answered.</summary>
    private static Network Operators()
    {
        var network = Begun();
        var chain = new ChainName("alpha");
        Tell(network, Sample.Enrolled(0, 1), Sample.Enrolled(1, 1), Sample.Enrolled(2, 1), Sample.Asked("alpha"));
        Tell(network, Sample.Token(0, "first"), Sample.Joins(0, "first"), Sample.Token(0, "second"));
        Tell(network, Sample.Runs("alpha", network.Chains[chain].Group[0].Value, 2), Rotation("first"));
        Tell(network, Sample.Runs("alpha", network.Chains[chain].Underway!.New.Value, 2), Rotation("second"));
        var late = Sample.Start + Sample.Replacing.MemberPatience;
        Deciding.Run(network, new TimePassed(late), late);
        return network;

        ChainRotationRequested Rotation(string key) => new(Sample.Key(key), "digest", chain, null, null, Sample.Start);
    }

    /// <summary>A chain of the contract for which the operator has a profile.</summary>
    private static Network Kits()
    {
        var network = Deciding.Decider.Initial();
        var profile = Sample.Tenants.Profiles["set"] with { Image = "evm:set", Contract = true };
        Deciding.Run(network, Sample.Started with { Policy = Sample.Policy with { Tenancy = Sample.Tenants with { Profiles = new Dictionary<string, ChainProfile> { ["set"] = profile } } } }, Sample.Start);
        Tell(network, Sample.Registered(0), Sample.Registered(1), Sample.Enrolled(0), Sample.Bought("alpha", 16, 2, 0, 1));
        return network;
    }

    private static Network Begun()
    {
        var network = Deciding.Decider.Initial();
        Deciding.Run(network, Sample.Started with { Policy = Sample.Policy with { Capacity = CapacityPolicy.Default, Replacement = Sample.Replacing } }, Sample.Start);
        Tell(network, [.. Enumerable.Range(0, 4).Select(n => Sample.Registered(n))]);
        return network;
    }

    private static void Tell(Network network, params object[] inputs)
    {
        foreach (var input in inputs)
        {
            var numbered = input is IFact fact ? Seen(Sample.Numbered(fact, network.LastFact + 1)) : input;
            Deciding.Run(network, numbered, Sample.Start);
        }
    }

    private static object Seen(IFact fact) => fact is ChainBought e ? e with { Origin = e.Origin with { Sighting = 1 } } : fact;
}
