using Skale.EventStore;
using Skale.Metrics.Domain;

namespace Skale.Metrics.Tests;

public sealed class HistoryTests
{
    [Fact]
    public void a_chain_s_history_tells_every_fact_decision_order_and_outcome_in_order()
    {
        var history = new Folded(new ScriptedScheduler().Nodes(1).Buy("alpha", 32, 1, 0).Start("alpha", 0).Delete("alpha").Remove("alpha", 0)).HistoryOf("alpha");

        Assert.Equal(
        [
            (EventKind.Fact, "chain alpha bought by 0xbuyer: 32 slices of each of 1 node, the contract names node 0"),
            (EventKind.Decision, "chose node 0 for alpha, as the contract names them, and reserved 32 slices of it; computed again: agrees"),
            (EventKind.Order, "ordered node 0 to run alpha from skale-evm:1.7.1 on ports from 10000 (generation 1)"),
            (EventKind.Outcome, "node 0 runs alpha at http://10.0.0.0:10003"),
            (EventKind.Decision, "chain alpha is active: every member answers"),
            (EventKind.Fact, "chain alpha deleted by 0xbuyer"),
            (EventKind.Order, "ordered node 0 to remove alpha and its data (generation 2)"),
            (EventKind.Outcome, "node 0 removed all of alpha"),
            (EventKind.Decision, "released 32 slices of node 0 (slot 0) from alpha"),
            (EventKind.Decision, "chain alpha is gone: nothing of it is left"),
        ], history.Select(e => (e.Kind, e.Sentence)));
        Assert.Equal(history.Select(e => e.Position).Order(), history.Select(e => e.Position));
    }

    [Fact]
    public void a_change_of_image_is_told_step_by_step_and_shows_while_members_go_back()
    {
        var scheduler = new ScriptedScheduler().Nodes(2).Buy("alpha", 32, 2, 0, 1).Start("alpha", 0, 1);
        var before = scheduler.Events.Count;
        scheduler.Take(new Scheduler.Domain.ChainImageRequested(Guid.NewGuid(), "digest", new("alpha"), "evm:2", null, DateTimeOffset.UnixEpoch)).Start("alpha", 0).Fail("alpha", 1, "its container ended with exit code 1");
        Assert.Equal(["1 chain whose members go back to the image they had: alpha (evm:2 fails, node 1: its container ended with exit code 1)."],
            Troubles.Of(new Folded(scheduler).View, "").Where(t => t.Contains("image", StringComparison.Ordinal) && !t.Contains("degraded", StringComparison.Ordinal)));
        var history = new Folded(scheduler.Start("alpha", 1).Start("alpha", 0)).HistoryOf("alpha").Where(e => e.Position > before).ToArray();

        Assert.Equal(
        [
            "the members of chain alpha are to run image 'evm:2': asked for",
            "chain alpha: its members get image 'evm:2' instead of 'skale-evm:1.7.1', one after the other",
            "ordered node 0 to run alpha from image 'evm:2', with the data it has (generation 2)",
            "ordered node 1 to run alpha from image 'evm:2', with the data it has (generation 2)",
            "chain alpha: image 'evm:2' fails on node 1, so that no other member gets it and those that have it go back to 'skale-evm:1.7.1': its container ended with exit code 1",
            "ordered node 1 to run alpha from image 'skale-evm:1.7.1', with the data it has (generation 3)",
            "ordered node 0 to run alpha from image 'skale-evm:1.7.1', with the data it has (generation 3)",
            "chain alpha: every member serves with image 'skale-evm:1.7.1' again",
        ], history.Where(e => e.Sentence.Contains("image", StringComparison.Ordinal) && e.Type != "service_degraded").Select(e => e.Sentence));
        Assert.Equal(3, history.Count(e => e.Type == "service_restored"));
        Assert.Null(new Folded(scheduler).View.Chains[new("alpha")].ImageChange);
    }

    [Fact]
    public void a_decision_names_the_event_it_follows_from()
    {
        var history = new Folded(new ScriptedScheduler().Nodes(1).Buy("alpha", 32, 1, 0)).HistoryOf("alpha");

        var chosen = Assert.Single(history, e => e.Type == "group_chosen");
        Assert.Equal((history[0].Id, history[0].Position, history[0].Sentence), (chosen.Cause!.Id, chosen.Cause.Position, chosen.Cause.Description));
    }

    [Fact]
    public void an_outcome_names_the_event_that_ordered_it_whichever_of_its_nodes_it_is_of()
    {
        var scheduler = new ScriptedScheduler().Nodes(3).Buy("alpha", 32, 3, 2, 0, 1);
        var ordered = Assert.Single(scheduler.Events, e => e.Type == "subnodes_ordered");
        scheduler.Take(new Contracts.SubnodeFailed(new(2), 2, new("alpha"), 1, "no image", DateTimeOffset.UnixEpoch), causedBy: ordered.Id);

        foreach (var history in (EventEntry[][])[new Folded(scheduler).HistoryOf("alpha"), new Folded(scheduler).HistoryOf(2)])
        {
            Assert.Equal((ordered.Position, "ordered nodes 0, 1, 2 to run alpha from skale-evm:1.7.1"), (history[^1].Cause!.Position!.Value, history[^1].Cause!.Description));
        }
    }

    [Fact]
    public void a_fact_names_its_transaction_and_a_report_its_agent()
    {
        var history = new Folded(new ScriptedScheduler().Nodes(1).Buy("alpha", 32, 1, 0).Start("alpha", 0)).HistoryOf("alpha");

        Assert.Null(history[0].Cause!.Position);
        Assert.StartsWith("block 102, transaction 0x", history[0].Cause!.Description, StringComparison.Ordinal);
        Assert.Equal("report 2 of node 0's agent", Assert.Single(history, e => e.Type == "subnode_started").Cause!.Description);
    }

    [Fact]
    public void a_node_s_history_holds_what_chains_did_there_and_nothing_of_other_nodes()
    {
        var history = new Folded(new ScriptedScheduler().Nodes(2).Buy("alpha", 32, 1, 1)).HistoryOf(1);

        Assert.Equal(
            ["node_registered", "node_enrolled", "assignment_issued", "group_chosen", "subnode_ordered"], history.Select(e => e.Type));
    }

    [Fact]
    public void an_event_of_a_newer_version_stands_in_the_history_of_its_stream_with_its_data()
    {
        var history = new Folded(new ScriptedScheduler().Nodes(1).Buy("alpha", 32, 1, 0).Inject("chain-alpha", "chain_transmuted", """{"Into":"gold"}""")).HistoryOf("alpha");

        Assert.Equal((EventKind.Unknown, "chain_transmuted: cannot be read (this version does not know the name)"), (history[^1].Kind, history[^1].Sentence));
        Assert.Equal("gold", history[^1].Data.GetProperty("Into").GetString());
    }

    [Fact]
    public void the_feed_keeps_the_latest_events()
    {
        var feed = EventFeed.Empty(3);
        foreach (var e in new ScriptedScheduler().Nodes(3).Events.Select(EventReader.Read))
        {
            feed = feed.Add(e);
        }

        Assert.Equal([8, 9, 10], feed.Lines.Select(l => l.Position));
    }
}
