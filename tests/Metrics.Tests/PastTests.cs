using Skale.Contracts;
using Skale.EventStore;
using Skale.Metrics.Api;
using Skale.Metrics.Domain;
using Skale.Servers;

namespace Skale.Metrics.Tests;

/// <summary>The network at moments of its past, read from a real journal, and what changed between two.</summary>
public sealed class PastTests : IAsyncLifetime
{
    private readonly string folder = Repository.NewFolder("past");
    private readonly ScriptedScheduler scheduler = new ScriptedScheduler().Nodes(3).Buy("alpha", 16, 2, 0, 2);
    private JournalLog log = null!;

    public async ValueTask InitializeAsync()
    {
        scheduler.Start("alpha", 0, 2).Buy("beta", 32, 1, 1).Start("beta", 1).Fail("beta", 1, "no memory").Delete("alpha").Remove("alpha", 0, 2);
        log = JournalLog.Open(folder, "scheduler");
        await scheduler.AppendTo(log);
    }

    public async ValueTask DisposeAsync()
    {
        await log.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task a_position_shows_what_held_after_that_event_and_not_after_the_next()
    {
        var active = Last("creation_completed", "chain-alpha").Position;
        var (before, after) = (await At($"{active - 1}"), await At($"{active}"));
        Assert.Equal(("creating", "active"), (Chain(before, "alpha"), Chain(after, "alpha")));
        Assert.Equal((active - 1, active), (before.Moment.Position, after.Moment.Position));
        Assert.Equal([16, 0, 16], after.Nodes.Select(n => n.Used));
        Assert.False(after.Moment.Present);
    }

    [Fact]
    public async Task a_time_includes_what_was_recorded_then_and_nothing_later()
    {
        var active = Last("creation_completed", "chain-alpha");
        Assert.Equal("creating", Chain(await At(Iso(active.At.AddMicroseconds(-1))), "alpha"));
        Assert.Equal("active", Chain(await At(Iso(active.At)), "alpha"));
        Assert.Equal("active", Chain(await At(Iso(active.At).Replace("05:", "07:", StringComparison.Ordinal).Replace("Z", "+02:00", StringComparison.Ordinal)), "alpha"));
    }

    [Fact]
    public async Task a_block_includes_its_facts_and_everything_up_to_the_first_fact_of_a_later_block()
    {
        var fact = Last("chain_bought", "chain-beta");
        var block = ((IFact)EventReader.Read(fact).Content!).Origin.BlockNumber;
        var (before, after) = (await At($"block:{block - 1}"), await At($"block:{block}"));
        Assert.Equal((fact.Position - 1, (string?)null), (before.Moment.Position, Chain(before, "beta")));
        Assert.Equal(("degraded", block), (Chain(after, "beta"), after.Moment.Fact!.Block));
        Assert.Equal(Last("chain_deleted", "chain-alpha").Position - 1, after.Moment.Position);
    }

    [Theory]
    [InlineData("999999")]
    [InlineData("block:999999")]
    [InlineData("2999-01-01T00:00:00Z")]
    public async Task behind_the_end_is_the_present_state_and_says_so(string moment)
    {
        var end = await At(moment);
        Assert.True(end.Moment.Present);
        Assert.Equal((scheduler.Events.Count, "removed", "degraded"), (end.Moment.Position, Chain(end, "alpha"), Chain(end, "beta")));
        Assert.Contains("this is the present state", end.Moment.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1999-01-01T00:00:00Z")]
    public async Task before_the_beginning_is_nothing(string moment)
    {
        var past = (await Past.Read(log, [PastMoment.Parse(moment)], cancellation: TestContext.Current.CancellationToken))[0];
        Assert.Equal((0, 1), (past.View.Position, past.Next!.Position));
        Assert.Empty(past.View.Nodes);
        Assert.DoesNotContain("present", PastPlace.Of(past).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task events_nobody_can_read_are_counted()
    {
        scheduler.Inject("network", "from_the_future", "{}");
        await scheduler.AppendTo(log);
        Assert.Contains("; 1 events before it cannot be read by this version", (await At("99999")).Moment.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-01-31T12:00:00", "has no zone, so it is not one moment. Write 2026-01-31T12:00:00Z")]
    [InlineData("2026-01-31", "has no zone")]
    [InlineData("2026-02-31T12:00:00Z", "is not a time that exists")]
    [InlineData("yesterday", "is no moment")]
    [InlineData("-1", "is no moment")]
    [InlineData("block:x", "is no moment")]
    [InlineData("99999999999999999999", "is no moment")]
    public void what_is_no_moment_is_refused_with_the_reason(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => PastMoment.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task what_changed_is_told_for_nodes_and_then_for_chains()
    {
        var placed = Last("group_chosen", "chain-alpha").Position;
        Assert.Equal(
        [
            new("node", "0", "slices", "0", "16 (alpha:16)"),
            new("node", "2", "slices", "0", "16 (alpha:16)"),
            new("chain", "alpha", "placed", null, "0 2"),
            new("chain", "alpha", "active", "requested", "active"),
        ],
        await Changes($"{placed - 1}", $"{Last("creation_completed", "chain-alpha").Position}"));

        Assert.Equal(
        [
            new("node", "0", "slices", "16 (alpha:16)", "0"),
            new("node", "1", "slices", "0", "32 (beta:32)"),
            new("node", "2", "slices", "16 (alpha:16)", "0"),
            new("chain", "alpha", "removed", "active", "removed"),
            new("chain", "beta", "bought", null, "32 slices of each of 1 nodes"),
            new("chain", "beta", "placed", null, "1"),
            new("chain", "beta", "degraded", null, "degraded: node 1: no memory"),
        ],
        await Changes($"{Last("creation_completed", "chain-alpha").Position}", "99999"));

        Assert.Equal(
            [("registered", null, "machine-0"), ("machine", null, "host-0, 8 cpu, 32 GiB, 20.10")],
            (await Changes("0", $"{placed - 1}")).Where(c => c is { Kind: "node", Name: "0" }).Select(c => (c.What, c.Before, c.After!)));
        Assert.Empty(await Changes($"{placed}", $"{placed}"));
    }

    /// <summary>Nothing records a second group yet, so the views are made by hand.</summary>
    [Fact]
    public void a_swapped_member_and_a_node_that_leaves_are_told()
    {
        var before = new Folded(scheduler).View;
        var after = before with
        {
            Chains = before.Chains.SetItem(new("alpha"), before.Chains[new("alpha")] with { Group = [new(0), new(1)] }),
            Nodes = before.Nodes.SetItem(new(2), before.Nodes[new(2)] with { Standing = NodeStanding.Left, InMaintenance = true, Compliant = false, Ip = "10.9.9.9" }),
        };
        Assert.Equal(
        [
            new("node", "2", "left", "active", "left"),
            new("node", "2", "maintenance", "no", "yes"),
            new("node", "2", "compliant", "yes", "no"),
            new("node", "2", "address", "10.0.0.2", "10.9.9.9"),
            new("chain", "alpha", "member swapped", "2", "1"),
        ],
        NetworkChanges.Between(before, after));
    }

    private StoredEvent Last(string type, string stream) => scheduler.Events.Last(e => e.Type == type && e.Stream == stream);

    private async Task<PastAnswer> At(string moment) => PastAnswer.Of((await Past.Read(log, [PastMoment.Parse(moment)], cancellation: TestContext.Current.CancellationToken))[0]);

    private async Task<IReadOnlyList<NetworkChange>> Changes(string from, string to)
    {
        var read = await Past.Read(log, [PastMoment.Parse(from), PastMoment.Parse(to)], cancellation: TestContext.Current.CancellationToken);
        return DiffAnswer.Of(read[0], read[1]).Changes;
    }

    private static string? Chain(PastAnswer answer, string name) => answer.Chains.FirstOrDefault(c => c.Name == name)?.Phase;

    private static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", null);
}
