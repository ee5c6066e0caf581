using Skale.Contracts;
using Skale.Scheduler.Domain;
using Skale.Servers;

namespace Skale.Scheduler.Tests;

/// <summary>Facts, the retraction of the last of them, and other facts: in the end all is as if the retracted ones had never been. Chains are placed by contract here, since a draw depends on the fact's number.</summary>
public sealed class RetractionPropertyTests
{
    private const int SeedCount = 400;
    private const int Nodes = 5;

    [Fact]
    public void a_retraction_leaves_what_the_other_facts_alone_would_have_left()
    {
        foreach (var seed in Seeds.UpTo(SeedCount))
        {
            var random = new Random(seed);
            IFact[] facts = [Sample.Registered(0), Sample.Registered(1), .. Possible([Sample.Registered(0), Sample.Registered(1)], Enumerable.Range(0, random.Next(4, 30)).Select(_ => Draw(random)), refusals: true)];
            var kept = random.Next(1, facts.Length);
            IFact[] more = [.. Possible(facts[..kept], Enumerable.Range(0, random.Next(0, 12)).Select(_ => Draw(random)), refusals: false)];
            var (lived, plain) = (new Life(random), new Life(random));
            lived.Take(facts[..kept]);
            plain.Take(facts[..kept]);
            lived.Take(facts[kept..]);
            lived.Retract(kept);
            lived.Take(more);
            plain.Take(more);
            lived.Settle();
            plain.Settle();
            Assert.True(lived.ToString() == plain.ToString(), $"SKALE_SEED={seed}: after a retraction\n{lived}\nwithout\n{plain}");
        }
    }

    /// <summary>Without rotations to nodes that are not there, or of chains that were refused for such: while an old member stands in for one it matters whether it ever served, and a retraction decides that.</summary>
    /// <param name="refusals">Whether chains are bought that are refused for their nodes. Behind a retraction none are: one that waits for its predecessor of that name to be gone is looked at later, when the nodes may be there.</param>
    private static IEnumerable<IFact> Possible(IEnumerable<IFact> before, IEnumerable<IFact> facts, bool refusals)
    {
        var (registered, left, refused) = (new HashSet<NodeId>(), new HashSet<NodeId>(), new HashSet<ChainName>());
        foreach (var (fact, isNew) in before.Select(f => (f, false)).Concat(facts.Select(f => (f, true))))
        {
            if (isNew && !refusals && fact is ChainBought bought && !bought.Group!.All(Serves))
            {
                continue;
            }

            _ = fact switch
            {
                NodeRegistered e => registered.Add(e.Node),
                NodeExitCompleted e => registered.Contains(e.Node) && left.Add(e.Node),
                ChainBought e => !e.Group!.All(Serves) && refused.Add(e.Chain),
                _ => false,
            };
            if (isNew && (fact is not ChainRotated rotated || (!refused.Contains(rotated.Chain!.Value) && (rotated.Group ?? [rotated.NewNode!.Value]).All(Serves))))
            {
                yield return fact;
            }
        }

        bool Serves(NodeId node) => registered.Contains(node) && !left.Contains(node);
    }

    private static IFact Draw(Random random)
    {
        var node = new NodeId(random.Next(Nodes));
        var chain = $"chain{random.Next(4)}";
        return random.Next(16) switch
        {
            12 => Sample.Rotated(chain, null, null, null, [node.Value, (node.Value + random.Next(1, Nodes)) % Nodes]),
            > 12 => Sample.Rotated(chain, node.Value, random.Next(Nodes)),
            < 3 => Sample.Registered(node.Value),
            3 => new NodeMaintenanceChanged(Sample.Origin(), node, random.Next(2) == 0),
            4 => new NodeComplianceChanged(Sample.Origin(), node, random.Next(2) == 0),
            5 => new NodeAddressChanged(Sample.Origin(), node, "10.0.0.1", $"10.0.0.{random.Next(9)}"),
            6 when random.Next(2) == 0 => new NodeExitStarted(Sample.Origin(), node),
            7 when random.Next(3) == 0 => new NodeExitCompleted(Sample.Origin(), node),
            < 10 => Sample.Bought(chain, random.GetItems([0, 1, 4], 1)[0], 2, node.Value, (node.Value + 1) % Nodes),
            _ => Sample.Deleted(chain),
        };
    }

    /// <summary>A network whose agents are there from the beginning and do what they are told, sooner or later.</summary>
    private sealed class Life
    {
        private readonly Network state = Deciding.Decider.Initial();
        private readonly Random random;
        private readonly Dictionary<NodeId, long> reports = [];
        private readonly List<(NodeId Node, ChainName Chain, long Generation, bool Removal)> orders = [];

        public Life(Random random)
        {
            this.random = new Random(random.Next());
            Put(Sample.Started with { Policy = Sample.Policy with { Replacement = Sample.Replacing } });
            for (var node = 0; node < Nodes; node++)
            {
                Put(Sample.Enrolled(node, Report(new(node))));
            }
        }

        public void Take(IEnumerable<IFact> facts)
        {
            foreach (var fact in facts)
            {
                Put(Sample.Numbered(fact, state.LastFact + 1));
                if (random.Next(2) == 0)
                {
                    Obey();
                }
            }
        }

        /// <summary>Takes back every fact behind a number.</summary>
        public void Retract(long lastStanding) =>
            Put(Sample.Retracted(state.LastFact + 1, [.. Enumerable.Range((int)lastStanding + 1, (int)(state.LastFact - lastStanding)).Select(n => (long)n)]));

        public void Settle()
        {
            while (orders.Count > 0)
            {
                Obey();
            }
        }

        /// <summary>All that matters: not numbers of orders, slots, or how often something was tried.</summary>
        public override string ToString() => string.Join('\n',
        [
            .. state.Nodes.Values.Where(n => n.IsRegistered).Select(n =>
                $"node {n.Id}: {n.Flags} {n.Port} {n.Machine is not null} {n.Used}: {string.Join(' ', n.Reservations.Select(r => $"{r.Key}={r.Value.Slices}"))}"),
            .. state.Chains.Values.OrderBy(c => c.Name).Select(c => c.Phase is ChainPhase.Removed or ChainPhase.Refused
                ? $"chain {c.Name}: over"
                : $"chain {c.Name}: {c.Phase} {c.Hash} {c.Slices} {string.Join(' ', c.Told!.Select(s => s.Node))} is {string.Join(' ', c.Group)} on {string.Join(' ', c.Members.Values.Select(m => $"{m.Node}:{m.Phase}"))} {c.Deadline is not null}"),
        ]);

        private void Obey()
        {
            if (orders.Count > 0)
            {
                var (node, chain, generation, isRemoval) = orders[0];
                orders.RemoveAt(0);
                Put(isRemoval
                    ? Sample.Gone(chain.Value, node.Value, Report(node)) with { Generation = generation }
                    : Sample.Runs(chain.Value, node.Value, Report(node), generation));
            }
        }

        private void Put(object input)
        {
            foreach (var e in Deciding.Run(state, input, Sample.Start).SelectMany(StoredEvents.NodeByNode))
            {
                if (e is SubnodeOrdered start)
                {
                    orders.Add((start.Node, start.Chain, start.Generation, false));
                }
                else if (e is PeersOrdered again)
                {
                    orders.Add((again.Node, again.Chain, again.Generation, false));
                }
                else if (e is SubnodeRemovalOrdered end)
                {
                    orders.Add((end.Node, end.Chain, end.Generation, true));
                }
            }
        }

        private long Report(NodeId node) => reports[node] = reports.GetValueOrDefault(node) + 1;
    }
}
