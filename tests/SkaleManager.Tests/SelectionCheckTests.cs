using Skale.Contracts;
using Skale.Ethereum;
using Skale.Servers;

namespace Skale.SkaleManager.Tests;

/// <summary>Random contracts, several operations in a block, told as a watcher tells them. A failure prints its seed; <c>SKALE_SEED=17</c> runs that one alone.</summary>
public sealed class SelectionCheckTests
{
    private const int SeedCount = 120;
    private const int Blocks = 60;

    [Fact]
    public void what_is_told_agrees_and_nothing_ever_differs()
    {
        var (rotations, resolved, ambiguous, stuck) = (0, 0, 0, 0);
        Seeds.ForEach(SeedCount, seed =>
        {
            var (contract, check) = (new ToldContract(seed), new SelectionCheck());
            for (var block = 0; block < Blocks; block++)
            {
                var facts = contract.Block();
                var choices = check.Follow(facts);
                Assert.DoesNotContain(choices, c => c.Finding is Finding.Differs or Finding.Untold);
                var open = choices.Where(c => c.Finding == Finding.NotComputable).ToArray();
                Assert.All(open, c => Assert.True(c.Reason!.Contains("nothing tells", StringComparison.Ordinal), c.Reason));
                Assert.All(open.Where(c => c.Reason!.StartsWith("computed", StringComparison.Ordinal)), c => Assert.Contains(facts, f => f is ChainDeleted d && d.ChainHash == c.ChainHash));
                rotations += choices.Count(c => c is { Kind: ChoiceKind.Replaced, Finding: Finding.Agrees });
                resolved += choices.Count(c => c is { Kind: ChoiceKind.Replaced, Finding: Finding.Agrees, Fact: ChainRotated { NewNode: null } });
                stuck += choices.Count(c => c is { Kind: ChoiceKind.Stuck, Finding: Finding.Agrees });
                if (open.Any(c => c.Reason!.Contains("which of the nodes", StringComparison.Ordinal)))
                {
                    ambiguous++;
                    return;
                }
            }
        });
        TestContext.Current.TestOutputHelper!.WriteLine($"{rotations} rotations agree, {resolved} of them told only by the end of their block, {stuck} stuck ceremonies; {ambiguous} histories became ambiguous");
        Assert.True(resolved > 0 && stuck > 0 && ambiguous < SeedCount / 4);
    }

    [Fact]
    public void the_first_choice_that_was_changed_is_the_first_that_differs() => Seeds.ForEach(SeedCount, seed =>
    {
        var (contract, check, from) = (new ToldContract(seed), new SelectionCheck(), new Random(seed).Next(10, Blocks));
        for (var (block, changed) = (0, false); !changed; block++)
        {
            var facts = contract.Block().ToArray();
            var index = block < from ? -1 : Array.FindIndex(facts, f => f is ChainBought);
            if (index >= 0 && facts[index] is ChainBought { Group: { } group } bought)
            {
                var stranger = new NodeId(Enumerable.Range(0, 8).First(n => !group.Contains(new(n))));
                (facts[index], changed) = (bought with { Group = [.. group.SkipLast(1), stranger] }, true);
            }

            var first = check.Follow(facts).FirstOrDefault(c => c.Finding != Finding.Agrees);
            if (first?.Finding == Finding.NotComputable)
            {
                return;
            }

            Assert.Equal(changed ? facts[index] : null, first?.Fact);
            Assert.Equal(changed ? Finding.Differs : null, first?.Finding);
        }
    });

    /// <summary>Both members leave, both would leave this chain next, and the contract remembers only who did last.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void of_two_that_may_have_left_the_group_at_the_end_of_the_block_tells_which(int first, int second)
    {
        var (contract, check, group) = TwoLeavers();
        var untold = Rotated(1, contract, group[first]) with { OldNode = null, NewNode = null, Group = null, Holes = null };
        var choices = check.Follow([untold, Rotated(2, contract, group[second])]);

        Assert.All(choices, c => Assert.Equal((Finding.Agrees, null), (c.Finding, c.Reason)));
        Assert.Equal([group[first], group[second]], choices.Select(c => (int)c.OldNode!.Value.Value));
    }

    [Fact]
    public void when_nothing_tells_which_of_two_left_nothing_behind_it_is_said_to_differ()
    {
        var (contract, check, group) = TwoLeavers();
        var untold = Rotated(1, contract, group[0]) with { OldNode = null, NewNode = null, Group = null, Holes = null };
        var choice = Assert.Single(check.Follow([untold, new ChainDeleted(At(2), new("alpha"), Alpha, "")]));
        var next = Assert.Single(check.Follow([new ChainBought(At(3), new("beta"), Keccak.HashText("beta"), "", 1, 1, TimeSpan.Zero, [new(5)])]));

        Assert.Equal((Finding.NotComputable, Finding.NotComputable), (choice.Finding, next.Finding));
        Assert.Contains("nothing tells which of the nodes", next.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void a_ceremony_that_is_stuck_though_there_are_nodes_to_spare_differs()
    {
        var (contract, check, group) = TwoLeavers();
        var choice = Assert.Single(check.Follow([new KeyCeremonyFailed(At(1), new("alpha"), Alpha, new(group[0]), null, Stuck: true)]));
        Assert.Equal((Finding.Differs, $"there are nodes to spare: {contract.Spare(Alpha)}"), (choice.Finding, choice.Reason));
    }

    private static string Alpha => Keccak.HashText("alpha");

    private static (PlacementBooks Contract, SelectionCheck Check, int[] Group) TwoLeavers()
    {
        var (contract, check) = (new PlacementBooks(), new SelectionCheck());
        Enumerable.Range(0, 8).ToList().ForEach(contract.AddNode);
        int[] group = [.. contract.CreateChain(Alpha, 4, 2, At(0).ParentHash).Nodes];
        group.ToList().ForEach(contract.BeginExit);
        check.Follow(
        [
            .. Enumerable.Range(0, 8).Select(n => new NodeRegistered(At(0), new(n), "", "", "", "", 0, 0, "")),
            new ChainBought(At(0), new("alpha"), Alpha, "", 4, 2, TimeSpan.Zero, [.. group.Select(n => new NodeId(n))]),
            .. group.Select(n => new NodeExitStarted(At(0), new(n))),
        ]);
        return (contract, check, group);
    }

    private static ChainRotated Rotated(int transaction, PlacementBooks contract, int leaver)
    {
        var joined = contract.Replace(Alpha, leaver, ReplacementCause.Exit, At(transaction).ParentHash).Picks[0].Node;
        return new(At(transaction), new("alpha"), Alpha, RotationReason.NodeExit, new(leaver), new(joined), null, null, [.. contract.Chain(Alpha).Group.Select(n => new NodeId(n))], []);
    }

    private static FactOrigin At(int transaction) =>
        new("test", 0, transaction == 0 ? 1 : 2, Keccak.HashText("here"), Keccak.HashText("before"), default, Keccak.HashText($"{transaction}"), transaction);
}
