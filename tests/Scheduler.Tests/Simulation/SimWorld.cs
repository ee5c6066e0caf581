using Skale.ChainWatcher.Domain;
using Skale.Contracts;
using Skale.EventStore;
using Skale.Scheduler.Domain;
using StoredEvents = Skale.Scheduler.Domain.StoredEvents;

namespace Skale.Scheduler.Tests.Simulation;

/// <summary>Every service's rules in one process, over a bus that loses, repeats, delays and reorders. Nothing happens but by an action, so the same actions give the same history.</summary>
internal sealed partial class SimWorld
{
    private readonly SimContract contract = new();
    private readonly Ledger ledger = new();
    private readonly List<(string To, object Body)> bus = [];
    private readonly SortedDictionary<long, IFact> early = [];
    private readonly SimActor<Watch> watcher;
    private readonly SimActor<Network> scheduler;
    private readonly SimNode[] nodes;
    private DateTimeOffset now = Sample.Start;
    private int requests;

    public SimWorld()
    {
        watcher = new(new WatchDecider(), e => Send("scheduler", e as IFact));
        scheduler = new(new NetworkDecider(), Announce, ledger.Note);
        nodes = [.. Enumerable.Range(0, SimContract.MostNodes).Select(n => new SimNode(new(n), e => Send("scheduler", e as IReport), () => now))];
        watcher.Submit(new WatchOpened(Sample.NetworkName, 1, contract[0].Header.Hash, 0, "latest", [], now), now);
        StartScheduler();
    }

    private Network Network => scheduler.State;

    private void StartScheduler() => scheduler.Submit(
        Sample.Started with { AfterFact = Network.LastFact, At = now, Policy = Sample.Policy with { Replacement = Sample.Replacing, Tenancy = TenancyPolicy.Open with { Profiles = Sample.Tenants.Profiles } } }, now);

    private void Send(string to, object? body)
    {
        if (body is not null)
        {
            bus.Add((to, body));
        }
    }

    private void Announce(object stored)
    {
        switch (StoredEvents.Announce(stored))
        {
            case StartSubnodes e:
                foreach (var order in e.Orders)
                {
                    Send($"node {order.Node}", e.For(order.Node));
                }

                break;
            case StartSubnode e:
                Send($"node {e.Node}", e);
                break;
            case RemoveSubnode e:
                Send($"node {e.Node}", e);
                break;
            case AssignNode e:
                Send($"node {e.Node}", e);
                break;
            case ResendFacts e:
                Send("watcher", e);
                break;
        }
    }

    /// <summary>Null when its receiver does not run.</summary>
    private string? Deliver(int index, bool repeat)
    {
        var (to, body) = bus[index];
        if (to.StartsWith("node ", StringComparison.Ordinal) && !nodes[int.Parse(to[5..], System.Globalization.CultureInfo.InvariantCulture)].Lives)
        {
            return null;
        }

        if (!repeat)
        {
            bus.RemoveAt(index);
        }

        switch (body)
        {
            case IFact fact:
                TakeFact(fact);
                break;
            case ResendFacts:
                watcher.RepublishAll();
                break;
            case IReport report:
                scheduler.Submit(report, now);
                break;
            default:
                nodes.Single(n => $"node {n.Id}" == to).Agent.Submit(body, now);
                break;
        }

        return $"{(repeat ? "repeated" : "delivered")} to {to}: {Short(body)}";
    }

    /// <summary>As FactOrder does: what comes early waits for those before it.</summary>
    private void TakeFact(IFact fact)
    {
        early[fact.Origin.Number] = fact;
        while (early.Count > 0 && early.First() is var (number, next) && number <= Network.LastFact + 1)
        {
            early.Remove(number);
            scheduler.Submit(next, now);
        }
    }

    private string Scan(int most)
    {
        if (watcher.State.Scanned is { } last && (last.Number > contract.Height || contract[last.Number].Header.Hash != last.Hash))
        {
            return Rewind(last);
        }

        var (from, to) = (watcher.State.NextBlock, Math.Min(contract.Height, watcher.State.NextBlock + most));
        if (from <= to)
        {
            var range = Enumerable.Range((int)from, (int)(to - from) + 1).Select(n => contract[n]).ToArray();
            watcher.Submit(new ScannedRange(
                Sample.NetworkName, from, range[0].Header.ParentHash, new BlockRef(to, range[^1].Header.Hash), [.. range.Where(b => b.Logs.Count > 0)]), now);
        }

        return $"scanned blocks {from} to {to}";
    }

    private string Rewind(BlockRef last)
    {
        var marks = watcher.State.Marks;
        var stands = marks.LastOrDefault(m => m.Block.Number <= contract.Height && contract[m.Block.Number].Header.Hash == m.Block.Hash)?.Block;
        var first = Mark.FirstReplaced([.. marks.Where(m => m.Block.Number > (stands?.Number ?? -1))]).Block;
        watcher.Submit(new ForkSeen(Sample.NetworkName, last, stands, contract[first.Number].Header), now);
        return $"rewound to {stands}";
    }

    /// <summary>Deadlines, heartbeats, and what agents and FactOrder ask for again.</summary>
    private string Pass(TimeSpan time)
    {
        now += time;
        if (Network.NextDeadline <= now)
        {
            scheduler.Submit(new TimePassed(now), now);
        }

        if (early.Count > 0)
        {
            early.Clear();
            scheduler.Submit(new FactGapSeen(Sample.NetworkName, Network.LastFact, now), now);
        }

        foreach (var node in nodes)
        {
            Hear(node);
            if (node.Lives)
            {
                node.AskAgain();
            }
        }

        return $"{time.TotalSeconds} s pass";
    }

    private void Hear(SimNode node)
    {
        if (Network.Nodes.GetValueOrDefault(node.Id) is { Machine: not null, IsRegistered: true, Presence: var presence })
        {
            object? change = (node.Lives && !node.Cut, presence) switch
            {
                (false, Presence.Heard) => new NodeSuspected(node.Id, now, now),
                (false, Presence.Suspect) => new NodeLost(node.Id, now, now),
                (true, Presence.Suspect or Presence.Lost) => new NodeReturned(node.Id, now),
                _ => null,
            };
            if (change is not null)
            {
                scheduler.Submit(change, now);
            }
        }
    }
}
