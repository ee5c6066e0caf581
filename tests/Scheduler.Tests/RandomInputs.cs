using Skale.Contracts;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler.Tests;

/// <summary>Draws the next input for a network: mostly likely ones, some late, repeated, impossible or from strangers.</summary>
internal sealed partial class RandomInputs(int seed)
{
    private const int NodeCount = 6;
    private static readonly string[] Names = [.. Enumerable.Range(0, 14).Select(i => $"chain{i}"), "not legal", "bad\nname"];

    /// <summary>Facts that the scheduler keeps and makes nothing of, each in its turn.</summary>
    private static readonly IFact[] Unused =
    [
        new UnmappedLogSeen(Sample.Origin(), "0x1", ["0x2"], "0x", null),
        new RotationDelaySkipped(Sample.Origin(), null, "0x1"),
        new KeyCeremonyStarted(Sample.Origin(), new("chain0"), "0x1"),
        new KeyShareBroadcast(Sample.Origin(), new("chain0"), "0x1", new(1)),
        new KeyDataReceived(Sample.Origin(), new("chain0"), "0x1", new(1)),
        new KeyCeremonyCompleted(Sample.Origin(), new("chain0"), "0x1"),
        new KeyCeremonyFailed(Sample.Origin(), new("chain0"), "0x1", new(1), null, Stuck: true),
        new KeyComplaintSent(Sample.Origin(), new("chain0"), "0x1", new(1), new(2)),
        new KeyComplaintRejected(Sample.Origin(), "Node has not broadcasted"),
        new ConstantChanged(Sample.Origin(), "0x1", "RotationDelay", "1", "2"),
        new IpRangeAdded(Sample.Origin(), "office", "10.0.0.1", "10.0.0.255"),
        new IpRangeRemoved(Sample.Origin(), "office"),
        new ContractUpgraded(Sample.Origin(), "Nodes", "0x1"),
        new ManagerVersionChanged(Sample.Origin(), "1.12.0", "1.13.0"),
        new BountyReceived(Sample.Origin(), new(1), "0x1", "0", "0", "1"),
    ];

    private readonly Random random = new(seed);
    private int unused = seed;
    private readonly Dictionary<long, long> reports = [];
    private readonly List<object> underWay = [];
    private readonly List<object> delivered = [];

    public DateTimeOffset Now { get; private set; } = Sample.Start;

    public object Next(Network network)
    {
        Now += TimeSpan.FromSeconds(random.Next(0, 60));
        var input = random.Next(100) switch
        {
            < 3 when Standing(network) is { Length: > 0 } standing => Sample.Retracted(network.LastFact + 1, standing[random.Next(Math.Max(0, standing.Length - 12), standing.Length)..]),
            < 10 => Request(network),
            < 45 => Sample.Numbered(Fact(network), network.LastFact + 1),
            < 85 => Delivered(network),
            < 88 => new TimePassed(Now),
            < 90 => Sample.Started with { At = Now, Policy = Policy() },
            < 91 when random.Next(2) == 0 => Difference(network.LastFact),
            < 91 => new FactGapSeen(Sample.NetworkName, network.LastFact, Now),
            < 93 => Sample.Numbered(Fact(network), network.LastFact + random.Next(2, 4)),
            < 94 => Sample.Registered(1) with { Origin = Sample.Origin(network.LastFact + 1, "other") },
            < 95 => random.Next(3) switch
            {
                0 => new NodeSuspected(new(AnyNode()), Now, Now),
                1 => new NodeLost(Departed(network), Now, Now),
                _ => new NodeReturned(Departed(network), Now),
            },
            < 97 => new ChainRotationRequested(Sample.Key($"rotation {random.Next(200)}"), "digest", new(AnyName(network)), random.Next(2) == 0 ? null : new(AnyNode()), null, Now),
            _ when delivered.Count > 0 => delivered[random.Next(delivered.Count)],
            _ => new TimePassed(Now),
        };
        if (input is not SchedulerStarted)
        {
            delivered.Add(input);
        }

        return input;
    }

    /// <summary>A silent node, when there is one.</summary>
    private NodeId Departed(Network network) => network.Nodes.Values.FirstOrDefault(n => n.Presence != Presence.Heard)?.Id ?? new(AnyNode());

    private SchedulingPolicy Policy() => Sample.Policy with
    {
        Image = $"evm:{random.Next(3)}",
        Tenancy = random.Next(4) == 0 ? null : Sample.Tenants,
        Replacement = Sample.Replacing with { Rotation = random.Next(3) == 0 ? null : new(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(random.Next(2, 20))) },
    };

    /// <summary>Of a chain that there is, mostly to a group that can be; what is known of it varies.</summary>
    private ChainRotated Rotated(Network network)
    {
        var chains = network.Chains.Values.Where(c => c.Told is { Count: > 0 }).OrderBy(c => c.Name).ToArray();
        if (chains.Length == 0 || random.Next(8) == 0)
        {
            return Sample.Rotated(AnyName(network), random.Next(3) == 0 ? null : AnyNode(), random.Next(3) == 0 ? null : AnyNode());
        }

        var chain = chains[random.Next(chains.Length)];
        var nodes = chain.Told!.Select(s => s.Node?.Value ?? 0).ToArray();
        var (seat, joined) = (random.Next(nodes.Length), AnyNode());
        var old = nodes[seat];
        nodes[seat] = joined;
        int[] holes = random.Next(8) == 0 ? [seat] : [];
        return Sample.Rotated(
            chain.Name.Value, random.Next(4) == 0 ? null : old, random.Next(4) == 0 ? null : joined, random.Next(2) == 0 ? null : (chain.RotationCounter ?? 0) + random.Next(2),
            random.Next(3) == 0 ? null : nodes, holes);
    }

    /// <summary>Numbers of the facts that had an effect and stand.</summary>
    private static long[] Standing(Network network) => [.. network.Effects.Select(e => e.Fact)];

    private IFact Fact(Network network) => random.Next(20) switch
    {
        < 5 => Sample.Registered(random.Next(4) > 0 ? network.Nodes.Count : AnyNode(), port: random.Next(4) == 0 ? 65_536 - 256 : Sample.FirstPort),
        5 => new NodeExitStarted(Sample.Origin(), new(AnyNode())),
        6 when random.Next(6) == 0 => new NodeExitCompleted(Sample.Origin(), new(AnyNode())),
        7 => new NodeMaintenanceChanged(Sample.Origin(), new(AnyNode()), random.Next(3) == 0),
        8 => new NodeComplianceChanged(Sample.Origin(), new(AnyNode()), random.Next(3) != 0),
        9 => new NodeAddressChanged(Sample.Origin(), new(AnyNode()), "10.0.0.1", "10.0.0.2"),
        10 => random.Next(9) switch
        {
            > 3 => Rotated(network),
            0 => new ChainTypeAdded(Sample.Origin(), 1, 4, 4),
            1 => new ChainTypeRemoved(Sample.Origin(), 1),
            _ => Unused[unused++ % Unused.Length],
        },
        < 16 => Sample.Bought(AnyName(network), random.GetItems([0, 1, 4, 16, 32, 64, 128, 129], 1)[0], random.Next(0, 5), Named()),
        _ => Sample.Deleted(AnyName(network)),
    };

    private object Difference(long block) => random.Next(2) == 0
        ? new ManagerDiffers(Sample.NetworkName, $"node {AnyNode()}", "free units", "128", "120", Silent: false, block, "0xb", Now)
        : new ManagerDifferenceGone(Sample.NetworkName, $"node {AnyNode()}", "free units", block, "0xb", Now);

    /// <summary>A report sets out now and arrives when its turn is drawn: late, and out of order with others.</summary>
    private object Delivered(Network network)
    {
        underWay.Add(Report(network));
        if (underWay.Count < 4)
        {
            underWay.Add(Report(network));
        }

        var index = random.Next(underWay.Count);
        var report = underWay[index];
        underWay.RemoveAt(index);
        return report;
    }

    private IReport Report(Network network)
    {
        var node = AnyNode();
        var number = reports[node] = reports.GetValueOrDefault(node) + 1;
        var members = network.Chains.Values.SelectMany(c => c.Members.Values.Where(m => m.Node.Value == node).Select(m => (c.Name, m))).ToArray();
        if (members.Length == 0 || random.Next(8) == 0)
        {
            return random.Next(3) == 0
                ? new AssignmentRequested(new(node), number, 0, Now)
                : Enrolled(node, number, [.. members.Where(_ => random.Next(4) != 0).Select(m => new SubnodeStatus(m.Name, 0, random.GetItems(Enum.GetValues<SubnodeCondition>(), 1)[0], "as enrolled"))]);
        }

        var (chain, member) = members[random.Next(members.Length)];
        var generation = random.Next(20) == 0 ? 0 : member.Subnode?.Generation ?? 0;
        return random.Next(10) switch
        {
            0 when member.Phase == MemberPhase.Running => Sample.OfData(chain.Value, node, number, generation),
            < 6 when member.Phase != MemberPhase.RemovalOrdered => Sample.Runs(chain.Value, node, number, generation),
            < 8 when member.Phase != MemberPhase.RemovalOrdered => Sample.Fails(chain.Value, node, number, generation),
            _ => Sample.Gone(chain.Value, node, number) with { Generation = network.Nodes[new(node)].Generation },
        };
    }

    /// <summary>Now and then on a machine that is too small.</summary>
    private NodeEnrolled Enrolled(long node, long number, SubnodeStatus[] subnodes) =>
        Sample.Enrolled(node, number, subnodes) with { Machine = random.Next(10) == 0 ? Sample.Machine with { MemoryBytes = 1L << 30 } : Sample.Machine };

    private long[] Named() => random.Next(3) == 0 ? [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => AnyNode())] : [];

    private long AnyNode() => random.Next(NodeCount);

    private string AnyServed(Network network, Func<Chain, bool> wanted) =>
        network.Chains.Values.Where(wanted).Select(c => c.Name.Value).Order().ToArray() is { Length: > 0 } found && random.Next(4) > 0 ? found[random.Next(found.Length)] : AnyName(network);

    /// <summary>Often a chain that exists, so that it is deleted or bought twice; new names do not run out.</summary>
    private string AnyName(Network network) => random.Next(3) == 0 ? $"more{network.Chains.Count}" : Names[random.Next(Names.Length)];
}
