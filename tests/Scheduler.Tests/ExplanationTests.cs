using Skale.Contracts;
using Skale.Scheduler.Domain;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

/// <summary>Every choice of a history can be made again from the events before it, and a changed one is found out.</summary>
public sealed class ExplanationTests
{
    [Theory]
    [InlineData("uniform")]
    [InlineData("spread")]
    [InlineData("skale")]
    public void a_recorded_choice_is_computed_again_and_a_forged_one_differs(string strategy)
    {
        var (before, recorded) = Choice([Started with { Policy = Policy with { Strategy = strategy } }, .. Nodes(5), Bought("alpha", 16, 3)]);
        Assert.Equal(strategy, recorded.Evidence.Strategy);
        var explanation = Explanation.Of(before, recorded);
        Assert.Equal((Recomputation.Agrees, recorded.Evidence.Seed), (explanation.Verdict, explanation.Evidence!.Seed));
        Assert.Equal(recorded.Group, explanation.Computed!);

        Assert.Equal(Recomputation.Differs, Explanation.Of(before, recorded with { Group = [.. recorded.Group.Reverse()] }).Verdict);
        Assert.Equal(Recomputation.Differs, Explanation.Of(before, recorded with { Evidence = recorded.Evidence with { Draws = [0, 0, 0] } }).Verdict);
    }

    [Fact]
    public void a_contract_s_choice_says_what_its_rules_give()
    {
        var (before, recorded) = Choice([Started, .. Nodes(1), Bought("alpha", 16, 1, 0)]);
        Assert.Equal(Recomputation.Agrees, Explanation.Of(before, recorded).Verdict);
    }

    [Fact]
    public void a_choice_before_the_first_known_node_cannot_be_computed()
    {
        var (before, recorded) = Choice([Started, Registered(1), Enrolled(1), Bought("alpha", 16, 1, 1)]);
        var explanation = Explanation.Of(before, recorded);
        Assert.Equal((FirstNodeMissing, null, null), (explanation.Verdict, explanation.Computed, explanation.Evidence));
    }

    private static IEnumerable<object> Nodes(int count) => Enumerable.Range(0, count).SelectMany(n => (object[])[Registered(n), Enrolled(n)]);

    /// <summary>The first choice that these inputs lead to, and the state before it.</summary>
    private static (Network Before, GroupChosen Recorded) Choice(IEnumerable<object> inputs)
    {
        var (state, events) = (Deciding.Decider.Initial(), new List<object>());
        foreach (var input in inputs)
        {
            events.AddRange(Deciding.Run(state, input is IFact fact ? Numbered(fact, state.LastFact + 1) : input, Start));
        }

        var index = events.FindIndex(e => e is GroupChosen);
        return (Deciding.Fold(events.Take(index)), (GroupChosen)events[index]);
    }
}
