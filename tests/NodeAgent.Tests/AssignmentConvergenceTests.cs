using Skale.Contracts;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent.Tests;

public sealed class AssignmentConvergenceTests
{
    private static readonly string[] Chains = ["a", "b", "c", "d", "e"];

    [Fact]
    public void whatever_the_bus_does_the_full_assignment_makes_agent_and_scheduler_agree()
    {
        for (var run = 0; run < 500; run++)
        {
            var seed = Random.Shared.Next();
            var random = new Random(seed);
            var scheduler = new Wanted();
            object[] orders = [.. Enumerable.Range(0, random.Next(1, 25)).Select(_ => scheduler.Order(random))];
            var rules = Rules.Given();
            var removedEarly = false;
            foreach (var order in Disturb(orders, random))
            {
                rules.Take(order);
                if (random.Next(4) == 0 && rules.State.Removals.FirstOrDefault() is { Key.Value: not null } removal)
                {
                    rules.Take(new SubnodeGone(removal.Key, removal.Value));
                }

                // In order and without gaps, the agent is never ahead of the scheduler.
                removedEarly |= rules.State.Generation > scheduler.Generation;
            }

            rules.Take(scheduler.Assignment());
            var agrees = !removedEarly && rules.State.Generation == scheduler.Generation
                && rules.State.Subnodes.Values.SequenceEqual(scheduler.Subnodes.Values) && rules.State.Removals.Keys.SequenceEqual(scheduler.Removals);
            Assert.True(agrees, $"seed {seed}");
        }
    }

    [Fact]
    public void orders_in_turn_need_no_full_assignment()
    {
        for (var run = 0; run < 200; run++)
        {
            var seed = Random.Shared.Next();
            var random = new Random(seed);
            var scheduler = new Wanted();
            var rules = Rules.Given();
            foreach (var _ in Enumerable.Range(0, 30))
            {
                var order = scheduler.Order(random);
                rules.Take(order).Take(order);
            }

            Assert.True(rules.State.Generation == scheduler.Generation && rules.State.AskAgainAt is null, $"seed {seed}");
            Assert.True(rules.State.Subnodes.Values.SequenceEqual(scheduler.Subnodes.Values), $"seed {seed}");
        }
    }

    private static IEnumerable<object> Disturb(object[] orders, Random random) => orders
        .SelectMany(o => Enumerable.Repeat(o, random.Next(3)))
        .Select((o, i) => (Order: o, Turn: i + random.Next(4)))
        .OrderBy(o => o.Turn)
        .Select(o => o.Order);

    /// <summary>The scheduler's side: a chain's name is used once, as the contract sees to.</summary>
    private sealed class Wanted
    {
        private int named;

        public long Generation { get; private set; }

        public SortedDictionary<ChainName, Subnode> Subnodes { get; } = [];

        public SortedSet<ChainName> Removals { get; } = [];

        public object Order(Random random)
        {
            Generation++;
            if (Subnodes.Count == 0 || random.Next(3) > 0)
            {
                var subnode = Some.Subnode($"{Chains[named % Chains.Length]}{named++}", Generation);
                Subnodes[subnode.Chain] = subnode;
                return new StartSubnode(Some.Node, Generation, subnode, Some.Time);
            }

            var chain = Subnodes.Keys.ElementAt(random.Next(Subnodes.Count));
            Subnodes.Remove(chain);
            Removals.Add(chain);
            return new RemoveSubnode(Some.Node, Generation, chain, Some.Time);
        }

        public AssignNode Assignment() => new(Some.Node, Generation, [.. Subnodes.Values.Reverse()], [.. Removals], Some.Time);
    }
}
