using Skale.Contracts;
using Skale.EventStore;
using Skale.Hosting;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent.Tests;

public sealed class AssignmentDeciderTests
{
    private static readonly ChainName Alpha = new("alpha");

    [Fact]
    public void the_next_order_is_applied()
    {
        var start = Some.Start("alpha", 1);
        Assert.Equal([start], Rules.Given().When(start));
        Assert.Equal(start.Subnode, Rules.Given(start).State.Subnodes[Alpha]);
    }

    [Fact]
    public void a_repeated_order_decides_nothing()
    {
        var rules = Rules.Given(Some.Start("alpha", 1), Some.Start("beta", 2));
        Assert.Empty(rules.When(Some.Start("alpha", 1)));
        Assert.Empty(rules.When(Some.Start("beta", 2)));
    }

    [Fact]
    public void behind_a_gap_the_full_assignment_is_asked_for_once() =>
        Assert.Equal(
            [new AssignmentRequested(Some.Node, 1, 1, Some.Time)],
            Rules.Given(Some.Start("alpha", 1)).When(Some.Start("gamma", 3)));

    [Fact]
    public void more_orders_behind_a_gap_do_not_ask_again_until_patience_ends()
    {
        var rules = Rules.Given(Some.Start("alpha", 1)).Take(Some.Start("gamma", 3));
        Assert.Empty(rules.When(Some.Start("delta", 4)));
        Assert.Empty(rules.When(new AssignmentOverdue(Some.Time.AddSeconds(9))));
        var late = Some.Time + AssignmentDecider.Patience;
        Assert.Equal([new AssignmentRequested(Some.Node, 2, 1, late)], rules.When(new AssignmentOverdue(late), late));
    }

    [Fact]
    public void a_clock_that_was_put_back_does_not_make_the_agent_wait_for_what_it_asked_for_later()
    {
        var rules = Rules.Given(Some.Start("alpha", 1)).Take(Some.Start("gamma", 3));
        var back = Some.Time.AddHours(-1);
        Assert.Equal([new AssignmentRequested(Some.Node, 2, 1, back)], rules.When(new AssignmentOverdue(back), back));
        Assert.Equal([new AssignmentRequested(Some.Node, 2, 1, back)], rules.When(Some.Start("delta", 4), back));
        Assert.Empty(Rules.Given(Some.Start("alpha", 1)).When(new AssignmentOverdue(back), back));
    }

    [Fact]
    public void the_full_assignment_replaces_what_was_known()
    {
        var rules = Rules.Given(Some.Start("alpha", 1)).Take(Some.Start("gamma", 3));
        var assign = Some.Assign(4, [Some.Subnode("gamma", 3)], "alpha");
        Assert.Equal([assign], rules.When(assign));
        rules.Take(assign);
        Assert.Equal([new ChainName("gamma")], rules.State.Subnodes.Keys);
        Assert.Equal([Alpha], rules.State.Removals.Keys);
        Assert.Equal((4, true, null), (rules.State.Generation, rules.State.Confirmed, rules.State.AskAgainAt));
    }

    [Fact]
    public void a_full_assignment_of_an_older_generation_is_ignored() =>
        Assert.Empty(Rules.Given(Some.Start("alpha", 1), Some.Start("beta", 2)).When(Some.Assign(1, [Some.Subnode("alpha", 1)])));

    [Fact]
    public void the_same_full_assignment_again_decides_nothing()
    {
        var assign = Some.Assign(2, [Some.Subnode("beta", 2), Some.Subnode("alpha", 1)], "old");
        Assert.Empty(Rules.Given(assign).When(assign));
    }

    [Fact]
    public void a_full_assignment_keeps_what_is_known_of_unchanged_subnodes()
    {
        var rules = Rules.Given(Some.Start("alpha", 1)).Take(Some.Answers("alpha", 1)).Take(Some.Assign(1, [Some.Subnode("alpha", 1)]));
        Assert.Empty(rules.When(Some.Answers("alpha", 1)));
    }

    [Fact]
    public void an_order_for_another_node_is_impossible()
    {
        var thrown = Assert.Throws<ImpossibleInputException>(() => Rules.Given().When(Some.Start("alpha", 1) with { Node = new NodeId(8) }));
        Assert.Contains("node 8", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void a_start_enrols_with_nothing_claimed_before_it_is_checked()
    {
        var rules = Rules.Given(Some.Start("alpha", 1)).Take(Some.Answers("alpha", 1));
        var enrolled = Assert.IsType<NodeEnrolled>(Assert.Single(rules.When(new AgentStarted(Some.Machine))));
        Assert.Equal((2, 1), (enrolled.Report, enrolled.Generation));
        Assert.Equal([new SubnodeStatus(Alpha, 1, SubnodeCondition.Starting, null)], enrolled.Subnodes);
        Assert.Equal(3, Assert.IsType<SubnodeStarted>(Assert.Single(rules.Take(new AgentStarted(Some.Machine)).When(Some.Answers("alpha", 1)))).Report);
    }

    [Fact]
    public void a_start_makes_the_assignment_unconfirmed() =>
        Assert.False(Rules.Given(Some.Assign(1, [])).Take(new AgentStarted(Some.Machine)).State.Confirmed);

    [Fact]
    public void a_condition_is_reported_when_it_changes_and_only_then()
    {
        var rules = Rules.Given(Some.Start("alpha", 1));
        Assert.IsType<SubnodeStarted>(Assert.Single(rules.When(Some.Answers("alpha", 1))));
        rules.Take(Some.Answers("alpha", 1));
        Assert.Empty(rules.When(Some.Answers("alpha", 1)));
        Assert.IsType<SubnodeStarted>(Assert.Single(rules.When(Some.Answers("alpha", 1, "c2"))));
        var fails = new SubnodeFails(Alpha, 1, "silent");
        Assert.Equal([new SubnodeFailed(Some.Node, 2, Alpha, 1, "silent", Some.Time)], rules.When(fails));
        Assert.Empty(rules.Take(fails).When(fails));
        Assert.Single(rules.When(fails with { Reason = "dead" }));
    }

    [Fact]
    public void an_observation_from_an_earlier_order_is_void()
    {
        var rules = Rules.Given(Some.Start("alpha", 1), Some.Remove("alpha", 2));
        Assert.Empty(rules.When(Some.Answers("alpha", 1)));
        Assert.Empty(rules.When(new SubnodeFails(Alpha, 1, "silent")));
        Assert.Empty(rules.When(new SubnodeGone(Alpha, 1)));
    }

    [Fact]
    public void a_removal_is_reported_once_when_nothing_is_left()
    {
        var rules = Rules.Given(Some.Start("alpha", 1), Some.Remove("alpha", 2));
        Assert.Equal([new SubnodeRemoved(Some.Node, 1, Alpha, 2, Some.Time)], rules.When(new SubnodeGone(Alpha, 2)));
        Assert.Empty(rules.Take(new SubnodeGone(Alpha, 2)).When(new SubnodeGone(Alpha, 2)));
    }

    [Fact]
    public void a_removal_the_scheduler_still_lists_is_reported_again()
    {
        var rules = Rules.Given(Some.Start("alpha", 1), Some.Remove("alpha", 2)).Take(new SubnodeGone(Alpha, 2)).Take(Some.Assign(2, [], "alpha"));
        Assert.Equal(2, Assert.IsType<SubnodeRemoved>(Assert.Single(rules.When(new SubnodeGone(Alpha, 2)))).Report);
    }

    [Fact]
    public void a_start_while_the_old_data_is_being_removed_is_refused_with_a_reason()
    {
        var rules = Rules.Given(Some.Start("alpha", 1), Some.Remove("alpha", 2));
        var events = rules.When(Some.Start("alpha", 3));
        Assert.Equal([typeof(StartRefused), typeof(SubnodeFailed)], events.Select(e => e.GetType()));
        Assert.Contains("removed", ((SubnodeFailed)events[1]).Reason, StringComparison.Ordinal);
        rules.Take(Some.Start("alpha", 3));
        Assert.Equal(3, rules.State.Generation);
        Assert.Empty(rules.State.Subnodes);
    }

    /// <summary>An assignment from before the scheduler heard that nothing is left may be followed by the order to run the chain anew: found by the simulation.</summary>
    [Fact]
    public void what_was_refused_is_asked_for_when_nothing_is_left()
    {
        var rules = Rules.Given(Some.Start("alpha", 1), Some.Remove("alpha", 2)).Take(Some.Start("alpha", 3));
        Assert.Equal([typeof(SubnodeRemoved), typeof(AssignmentRequested)], rules.When(new SubnodeGone(Alpha, 2)).Select(e => e.GetType()));
        rules.Take(new SubnodeGone(Alpha, 2)).Take(Some.Assign(3, [Some.Start("alpha", 3).Subnode]));
        Assert.Equal(Alpha, Assert.Single(rules.State.Subnodes).Key);
    }

    [Fact]
    public void orders_stay_inside_and_reports_go_out()
    {
        Assert.Null(StoredEvents.Announce(Some.Start("alpha", 1)));
        var report = new SubnodeFailed(Some.Node, 2, Alpha, 1, "silent", Some.Time);
        Assert.Same(report, StoredEvents.Announce(report));
    }
}
