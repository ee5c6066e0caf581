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
            (EventKind.Decision, "chose node 0 for alpha, as the contract names them; computed again: agrees"),
            (EventKind.Decision, "reserved 32 slices of node 0 (slot 0) for alpha"),
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
    public void a_decision_names_the_event_it_follows_from()
    {
        var history = new Folded(new ScriptedScheduler().Nodes(1).Buy("alpha", 32, 1, 0)).HistoryOf("alpha");

        var reserved = Assert.Single(history, e => e.Type == "slices_reserved");
        Assert.Equal((history[0].Id, history[0].Position, history[0].Sentence), (reserved.Cause!.Id, reserved.Cause.Position, reserved.Cause.Description));
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
            ["node_registered", "node_enrolled", "assignment_issued", "group_chosen", "slices_reserved", "subnode_ordered"], history.Select(e => e.Type));
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
