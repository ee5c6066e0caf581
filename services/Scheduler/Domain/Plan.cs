using System.Diagnostics;
using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>One thing that could happen.</summary>
public abstract record WhatIf
{
    private WhatIf()
    {
    }

    /// <summary>Somebody asks for it over the API.</summary>
    public sealed record Asked(IRequest Request) : WhatIf;

    public sealed record Remove(ChainName Chain) : WhatIf;

    /// <summary>The contract tells that the node wants to leave.</summary>
    public sealed record NodeExit(NodeId Node) : WhatIf;

    /// <summary>The contract tells of a new node, and its agent enrols.</summary>
    public sealed record NodeAdded(NodeId Node, string Owner, Machine Machine) : WhatIf;
}

/// <summary>What would follow from one step.</summary>
/// <param name="Exact">Nothing had to be assumed before: it comes out like this if it is the next input.</param>
/// <param name="Events">In order, what the agents would report included.</param>
/// <param name="Unfinished">What would still wait, and for what; null when it comes to its end.</param>
public sealed record PlannedStep(bool Exact, IReadOnlyList<object> Events, string? Unfinished);

/// <summary>What would follow, and behind which of the scheduler's own events that is so.</summary>
public sealed record Planned(long Position, IReadOnlyList<PlannedStep> Steps);

/// <summary>
/// Decides on a fork of the network what would happen, by the same rules that decide it when it happens. Between two steps every agent is assumed to do as told: without that
/// nothing would ever be free again. Forks share the contract's books, so it runs where the network is owned.
/// </summary>
public static class Plan
{
    private const string NoHash = "0x0000000000000000000000000000000000000000000000000000000000000000";
    private const int PortsPerNode = 8192;

    public static Planned Of(Network network, IReadOnlyList<WhatIf> steps, DateTimeOffset now)
    {
        var (fork, rules, planned) = (network.Fork(), new NetworkDecider(), new List<PlannedStep>());
        var reports = long.MaxValue / 2;
        foreach (var step in steps)
        {
            var events = InputsOf(fork, step, now, () => ++reports).SelectMany(input => Run(fork, rules, input, now)).ToList();
            var exact = planned.Count == 0;
            for (var i = 0; i < events.Count; i++)
            {
                foreach (var each in StoredEvents.NodeByNode(events[i]))
                {
                    events.AddRange(Obeyed(each, ++reports, now) is { } report ? Run(fork, rules, report, now) : []);
                }
            }

            planned.Add(new PlannedStep(exact, events, events.OfType<RequestRefused>().Any() ? null : Unfinished(fork, step)));
        }

        return new Planned(network.Recorded, planned);
    }

    private static IEnumerable<object> InputsOf(Network fork, WhatIf step, DateTimeOffset now, Func<long> report)
    {
        switch (step)
        {
            case WhatIf.Asked e:
                yield return e.Request;
                break;
            case WhatIf.Remove e when fork.Chains.GetValueOrDefault(e.Chain) is { Terms: null } bought:
                yield return new ChainDeleted(Origin(fork, now), e.Chain, bought.Hash, bought.Owner);
                break;
            case WhatIf.Remove e:
                yield return new ChainRemovalRequested(new Guid((int)fork.Recorded, 0, 0, new byte[8]), "", e.Chain, null, now);
                break;
            case WhatIf.NodeExit e:
                yield return new NodeExitStarted(Origin(fork, now), e.Node);
                break;
            case WhatIf.NodeAdded e:
                yield return new NodeRegistered(Origin(fork, now), e.Node, $"node {e.Node}", e.Owner, "0.0.0.0", "0.0.0.0", PortsPerNode, 0, "");
                yield return new NodeEnrolled(e.Node, report(), e.Machine, 0, [], now);
                break;
            default:
                throw new UnreachableException($"{step}");
        }
    }

    private static string? Unfinished(Network fork, WhatIf step) => step switch
    {
        WhatIf.NodeExit e => Kept(fork, e.Node),
        WhatIf.Asked { Request: NodeDrainRequested { Drain: true } e } => Kept(fork, e.Node),
        WhatIf.Asked { Request: ChainImageRequested e } when fork.Chains[e.Chain] is { ImageChange: { } change } chain => $"chain {e.Chain}: {Rollout.Progress(chain, change)}",
        WhatIf.Asked { Request: ChainRotationRequested e } when fork.Chains[e.Chain] is { Demands: [_, ..], Stalled: null } chain => $"chain {e.Chain}: the rotation waits for its turn; the chain is {chain.Phase}",
        _ => null,
    };

    private static string? Kept(Network fork, NodeId node)
    {
        var chains = fork.Nodes.TryGetValue(node, out var known) ? known.Reservations.Keys.Select(c => fork.Chains[c]).ToArray() : [];
        return chains.Length == 0 ? null : $"node {node} still serves {string.Join(", ", chains.Select(c => c.Told is null ? $"{c.Name}" : $"{c.Name} (only the contract moves it)"))}";
    }

    private static FactOrigin Origin(Network fork, DateTimeOffset now) => new(fork.Name, fork.LastFact + 1, -1, NoHash, NoHash, now, NoHash, 0);

    private static List<object> Run(Network fork, NetworkDecider rules, object input, DateTimeOffset now)
    {
        var events = new List<object>();
        for (var step = rules.Decide(fork, input, now); step.Count > 0; step = rules.Next(fork, now))
        {
            foreach (var e in step)
            {
                rules.Evolve(fork, e);
                events.Add(e);
            }
        }

        return events;
    }

    private static IReport? Obeyed(object decided, long report, DateTimeOffset now) => decided switch
    {
        SubnodeOrdered e => new SubnodeStarted(e.Node, report, e.Chain, e.Generation, "assumed", "", "", e.Subnode.Limits, [], now),
        PeersOrdered e => new SubnodeStarted(e.Node, report, e.Chain, e.Generation, "assumed", "", "", e.Subnode.Limits, [], now),
        LimitsOrdered e => new SubnodeStarted(e.Node, report, e.Chain, e.Generation, "assumed", "", "", e.Subnode.Limits, [], now),
        ImageOrdered e => new SubnodeStarted(e.Node, report, e.Chain, e.Generation, "assumed", "", "", e.Subnode.Limits, [], now),
        SubnodeRemovalOrdered e => new SubnodeRemoved(e.Node, report, e.Chain, e.Generation, now),
        _ => null,
    };
}
