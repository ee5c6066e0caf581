using System.Globalization;
using Skale.Contracts;

namespace Skale.SkaleManager.Tests;

/// <summary>Random contracts, several operations in a block, told as a watcher tells them. A failure prints its seed; <c>SKALE_SEED=17</c> runs that one alone.</summary>
public sealed class SelectionCheckTests
{
    private const int Seeds = 120;
    private const int Blocks = 60;

    [Fact]
    public void what_is_told_agrees_and_nothing_ever_differs()
    {
        var (rotations, resolved, ambiguous, stuck) = (0, 0, 0, 0);
        ForEverySeed(seed =>
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
        Assert.True(resolved > 0 && stuck > 0 && ambiguous < Seeds / 4);
    }

    [Fact]
    public void the_first_choice_that_was_changed_is_the_first_that_differs() => ForEverySeed(seed =>
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

    private static void ForEverySeed(Action<int> check)
    {
        var only = Environment.GetEnvironmentVariable("SKALE_SEED");
        foreach (var seed in only is null ? Enumerable.Range(1, Seeds) : [int.Parse(only, CultureInfo.InvariantCulture)])
        {
            try
            {
                check(seed);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"SKALE_SEED={seed}: {e.Message}", e);
            }
        }
    }
}
