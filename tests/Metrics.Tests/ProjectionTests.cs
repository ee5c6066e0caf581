using System.Text.Json.Nodes;
using Skale.Contracts;
using Skale.EventStore;
using Skale.Metrics.Domain;

namespace Skale.Metrics.Tests;

public sealed class ProjectionTests
{
    [Fact]
    public void a_registered_node_has_128_free_slices_and_its_machine_once_an_agent_enrolled()
    {
        var before = new Folded(new ScriptedScheduler().Register(0)).Node(0);
        var after = new Folded(new ScriptedScheduler().Register(0).Enrol(0)).Node(0);

        Assert.Equal((0, 128, null, NodeStanding.Active), (before.Used, before.Free, before.Machine, before.Standing));
        Assert.Equal("host-0", after.Machine!.HostName);
        Assert.NotNull(after.LastReportAt);
    }

    [Fact]
    public void an_agent_that_enrols_before_its_node_is_registered_is_remembered()
    {
        var scheduler = new ScriptedScheduler().Enrol(3);
        Assert.Contains(Troubles.Of(new Folded(scheduler).View, ""), t => t == "1 node enrolled by an agent but not registered: 3.");

        var view = new Folded(scheduler.Register(3)).View;
        Assert.Equal("host-3", view.Nodes[new NodeId(3)].Machine!.HostName);
        Assert.Empty(view.EarlyEnrolments);
    }

    [Fact]
    public void a_placed_chain_holds_its_slices_on_every_member_by_slot()
    {
        var folded = new Folded(new ScriptedScheduler().Nodes(2).Buy("alpha", 32, 2, 0, 1).Buy("beta", 8, 1, 1));

        Assert.Equal([new ReservationView(new ChainName("alpha"), 32, 0), new ReservationView(new ChainName("beta"), 8, 1)], folded.Node(1).Reservations.Values);
        Assert.Equal((40, 88), (folded.Node(1).Used, folded.Node(1).Free));
        Assert.Equal(MemberCondition.Starting, folded.View.ConditionOf(new NodeId(0), new ChainName("alpha")));
        Assert.Equal((ChainPhase.Creating, true), (folded.Chain("alpha").Phase, folded.Chain("alpha").NamedByContract));
        Assert.Equal("contract", folded.Chain("alpha").Evidence!.Strategy);
    }

    [Fact]
    public void a_chain_is_active_when_all_members_answer_and_shows_where()
    {
        var folded = new Folded(new ScriptedScheduler().Nodes(2).Buy("alpha", 32, 2, 0, 1).Start("alpha", 0, 1));

        var chain = folded.Chain("alpha");
        Assert.Equal(ChainPhase.Active, chain.Phase);
        Assert.NotNull(chain.ActivatedAt);
        Assert.All(chain.Members.Values, m => Assert.Equal(MemberCondition.Running, m.Condition));
        Assert.Equal("http://10.0.0.1:10003", chain.Members[new NodeId(1)].Endpoint);
    }

    [Fact]
    public void a_failing_member_degrades_the_chain_and_says_why_until_it_answers_again()
    {
        var scheduler = new ScriptedScheduler().Nodes(2).Buy("alpha", 32, 2, 0, 1).Start("alpha", 0, 1).Fail("alpha", 1, "exit code 137");
        var bad = new Folded(scheduler);

        Assert.Equal((ChainPhase.Degraded, "node 1: exit code 137"), (bad.Chain("alpha").Phase, bad.Chain("alpha").Reason));
        Assert.Equal(MemberCondition.Failing, bad.Chain("alpha").Members[new NodeId(1)].Condition);
        Assert.Contains("1 subnode failing: alpha on node 1 (exit code 137).", Troubles.Of(bad.View, ""));

        var good = new Folded(scheduler.Start("alpha", 1));
        Assert.Equal((ChainPhase.Active, null), (good.Chain("alpha").Phase, good.Chain("alpha").Reason));
        Assert.Empty(Troubles.Of(good.View, ScriptedScheduler.Network));
    }

    [Fact]
    public void a_difference_from_the_contract_is_a_trouble_until_it_is_gone_and_stands_in_its_subjects_history()
    {
        var at = new DateTimeOffset(2026, 3, 4, 6, 0, 0, TimeSpan.Zero);
        var told = new ManagerDiffers(ScriptedScheduler.Network, "node 1", "free units", "128", "120", false, 7, "0xb7", at);
        var scheduler = new ScriptedScheduler().Nodes(2).Take(told).Take(told with { Subject = "node 0", What = "domain name", Silent = true });
        var folded = new Folded(scheduler);

        Assert.Equal(["1 value where the contract says something else than its logs: node 1, free units (120, not 128, at block 7)."], Troubles.Of(folded.View, ""));
        Assert.Equal(2, folded.View.Differences.Count);
        Assert.Equal([new NodeId(1)], Subjects.Of(folded.View, EventReader.Read(scheduler.Events[^2])).Nodes);
        Assert.StartsWith("node 1, free units: 128 by the facts up to block 7, 120 by the contract", Sentences.Of(EventReader.Read(scheduler.Events[^2])), StringComparison.Ordinal);

        scheduler.Take(new ManagerDifferenceGone(ScriptedScheduler.Network, "node 1", "free units", 9, "0xb9", at.AddMinutes(1)));
        Assert.Empty(Troubles.Of(new Folded(scheduler).View, ""));
    }

    [Fact]
    public void what_an_agent_says_at_its_start_replaces_what_was_known_of_its_subnodes()
    {
        var folded = new Folded(new ScriptedScheduler().Nodes(1).Buy("alpha", 32, 1, 0).Start("alpha", 0)
            .Enrol(0, new SubnodeStatus(new ChainName("alpha"), 1, SubnodeCondition.Failing, "does not answer")));

        Assert.Equal((MemberCondition.Failing, "does not answer"), (folded.Chain("alpha").Members[new NodeId(0)].Condition, folded.Chain("alpha").Members[new NodeId(0)].Reason));
    }

    [Fact]
    public void a_chain_without_room_waits_with_reason_and_deadline()
    {
        var chain = new Folded(new ScriptedScheduler().Nodes(1).Buy("alpha", 32, 4)).Chain("alpha");

        Assert.Equal(ChainPhase.Deferred, chain.Phase);
        Assert.StartsWith("needs 4 nodes", chain.Waiting!.Reason, StringComparison.Ordinal);
        Assert.True(chain.Waiting.Deadline > chain.BoughtAt);
    }

    [Fact]
    public void an_impossible_chain_is_refused_with_its_reason()
    {
        var chain = new Folded(new ScriptedScheduler().Nodes(1).Buy("alpha", 129, 1)).Chain("alpha");

        Assert.Equal((ChainPhase.Refused, "asks for 129 slices of each node; a node has 128"), (chain.Phase, chain.Reason));
    }

    [Fact]
    public void a_deleted_chain_gives_its_slices_back_node_by_node()
    {
        var scheduler = new ScriptedScheduler().Nodes(2).Buy("alpha", 32, 2, 0, 1).Start("alpha", 0, 1).Delete("alpha").Remove("alpha", 0);
        var half = new Folded(scheduler);
        Assert.Equal((ChainPhase.Removing, 0, 32), (half.Chain("alpha").Phase, half.Node(0).Used, half.Node(1).Used));
        Assert.Equal([MemberCondition.Released, MemberCondition.Removing], half.Chain("alpha").Members.Values.Select(m => m.Condition));

        var done = new Folded(scheduler.Remove("alpha", 1));
        Assert.Equal((ChainPhase.Removed, 0), (done.Chain("alpha").Phase, done.Node(1).Used));
        Assert.NotNull(done.Chain("alpha").RemovedAt);
    }

    [Fact]
    public void the_last_fact_and_the_position_are_those_of_the_log()
    {
        var view = new Folded(new ScriptedScheduler().Nodes(3)).View;

        Assert.Equal((ScriptedScheduler.Network, 3, 103), (view.Network, view.LastFact!.Number, view.LastFact.BlockNumber));
        Assert.Equal(10, view.Position);
    }

    [Fact]
    public void a_log_in_which_each_member_had_events_of_its_own_reads_as_one_of_today()
    {
        var today = new ScriptedScheduler().Nodes(2).Buy("alpha", 32, 2, 1, 0);
        var (chosen, ordered) = (Json(today.Events[^2]), Json(today.Events[^1]));
        var old = new ScriptedScheduler().Nodes(2).Inject("chain-alpha", "chain_bought", Json(today.Events[^3]).ToJsonString());
        chosen.Remove("Slots");
        chosen.Remove("Slices");
        old.Inject("chain-alpha", "group_chosen", chosen.ToJsonString());
        foreach (var node in (int[])[1, 0])
        {
            old.Inject($"node-{node}", "slices_reserved", $$"""{"Node":{{node}},"Chain":"alpha","Slices":32,"Slot":0}""");
        }

        foreach (var node in (int[])[0, 1])
        {
            old.Inject("chain-alpha", "subnode_ordered", $$"""{"Node":{{node}},"Chain":"alpha","Generation":1,"Subnode":{{ordered["Subnode"]!.ToJsonString()}}}""");
        }

        var (now, then) = (new Folded(today), new Folded(old));
        Assert.Empty(then.View.Unread);
        Assert.Equal(Shown(now), Shown(then));
        Assert.Equal([(MemberCondition.Starting, 1), (MemberCondition.Starting, 1)], then.Chain("alpha").Members.Values.Select(m => (m.Condition, m.Generation)));

        static JsonObject Json(StoredEvent stored) => JsonNode.Parse(stored.Data.Span)!.AsObject();

        static string Shown(Folded folded) => string.Join('\n', [
            string.Join(' ', folded.Chain("alpha").Group), folded.Chain("alpha").Phase,
            .. folded.Chain("alpha").Members.Values.Select(m => $"{m.Node} {m.Slot} {m.Condition} {m.Generation}"),
            .. folded.View.Nodes.Values.Select(n => $"{n.Id} {n.Used} {n.Generation} {string.Join(' ', n.Reservations.Values)}"),
        ]);
    }

    [Fact]
    public void events_nobody_can_read_are_counted_and_shown_and_the_fold_goes_on()
    {
        var view = new Folded(new ScriptedScheduler()
            .Inject("chain-alpha", "chain_transmuted", "{}").Inject("node-0", "slices_reserved", """{"Node":"zero"}""").Inject("network", "scheduler_started", "{}")
            .Register(0)).View;

        Assert.Single(view.Nodes);
        Assert.Equal(["chain_transmuted", "scheduler_started", "slices_reserved"], view.Unread.Keys);
        Assert.Contains("1 event(s) 'chain_transmuted' cannot be read, last at position 2: this version does not know the name.", Troubles.Of(view, ""));
    }
}
