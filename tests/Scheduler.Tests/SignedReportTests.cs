using Skale.Contracts;
using Skale.Hosting;
using Skale.Scheduler.Domain;
using Skale.Servers;
using static Skale.Scheduler.Tests.SignedMessages;

namespace Skale.Scheduler.Tests;

/// <summary>What is said in the name of a node whose machine has a key counts only when that key has signed it, whoever can publish on the bus.</summary>
public sealed class SignedReportTests
{
    private static readonly SubnodeStarted runs = Sample.Runs("alpha", 0, 50);

    [Fact]
    public async Task a_report_signed_by_the_nodes_machine_is_taken_and_its_repeat_changes_nothing()
    {
        await using var bus = await Start();
        var key = await bus.Join(0);
        Assert.Equal(MemberPhase.Ordered, await Phase(bus));
        var id = Guid.NewGuid();
        await bus.Taken(runs, c => Sign(c, runs, key, id));
        Assert.Equal(MemberPhase.Running, await Phase(bus));

        // The very message again, as it was on the bus, after one that is newer.
        var fails = Sample.Fails("alpha", 0, 51);
        await bus.Taken(fails, Signed(fails, key));
        var before = await bus.Scheduler.Log.Read(n => n.Recorded);
        await bus.Heard(runs, c => Sign(c, runs, key, id));
        Assert.Equal(MemberPhase.Failing, await Phase(bus));
        Assert.Equal(before, await bus.Scheduler.Log.Read(n => n.Recorded));
    }

    [Fact]
    public async Task a_report_without_a_signature_changes_nothing()
    {
        await using var bus = await Start();
        await bus.Join(0);
        await bus.Refused(runs, null, "is not signed", "unsigned");
        Assert.Equal(MemberPhase.Ordered, await Phase(bus));
    }

    public static TheoryData<string, IReport> Forgeries { get; } = new()
    {
        { "another node's", Sample.Runs("alpha", 1, 50) },
        { "another chain's", Sample.Runs("beta", 0, 50) },
        { "another number", Sample.Runs("alpha", 0, 49) },
        { "another kind", Sample.Gone("alpha", 0, 50) },
        { "another image", runs with { ImageDigest = "sha256:2" } },
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task a_signature_is_good_for_its_own_report_only(string what, IReport signed)
    {
        Assert.NotEmpty(what);
        await using var bus = await Start();
        var key = await bus.Join(0);
        await bus.Refused(runs, Signed(signed, key), "is not what was signed", "forged");
        Assert.Equal(MemberPhase.Ordered, await Phase(bus));
    }

    [Fact]
    public async Task a_signature_is_good_for_its_own_message_cause_and_network_only()
    {
        await using var bus = await Start();
        var key = await bus.Join(0);
        await bus.Refused(runs, Signed(runs, key) + (c => c.MessageId = Guid.NewGuid()), "is not what was signed", "forged");
        await using var second = await Start();
        key = await second.Join(0);
        await second.Refused(runs, Signed(runs, key) + (c => c.InitiatorId = Guid.NewGuid()), "is not what was signed", "forged");
        await using var third = await Start();
        key = await third.Join(0);
        await third.Refused(runs, Signed(runs, key, "othernet"), "is not what was signed", "forged");
    }

    [Fact]
    public async Task neither_a_made_up_key_nor_another_nodes_is_believed()
    {
        await using var bus = await Start();
        await bus.Join(0);
        await bus.Refused(runs, Signed(runs, bus.NewKey()), "is not signed by test/node+", "forged");
        await using var second = await Start();
        await second.Join(0);
        var other = await second.Join(1);
        await second.Refused(runs, Signed(runs, other), "is not signed by test/node+", "forged");
    }

    [Fact]
    public async Task a_machine_that_joins_anew_is_believed_from_its_first_report_and_the_one_before_no_more()
    {
        await using var bus = await Start();
        var first = await bus.Join(0);
        await bus.Taken(runs, Signed(runs, first));
        var second = await bus.Join(0);
        var late = Sample.Fails("alpha", 0, 51);
        await bus.Refused(late, Signed(late, first), "is not signed by test/node+", "forged");
        Assert.Equal(MemberPhase.Running, await Phase(bus));

        // It has no journal, and counts from 1.
        var enrolled = Sample.Enrolled(0, 1);
        await bus.Taken(enrolled, Signed(enrolled, second));
        Assert.Equal(MemberPhase.Ordered, await Phase(bus));
    }

    [Fact]
    public async Task a_node_without_a_key_is_believed_and_shown_until_a_machine_joins()
    {
        await using var bus = await Start();
        Assert.Null(await KeyShown(bus, 0));
        await bus.Taken(runs);
        Assert.Contains("skale_scheduler_nodes_unauthenticated 1", bus.Metrics(), StringComparison.Ordinal);
        var key = await bus.Join(0);
        Assert.NotNull(await KeyShown(bus, 0));
        var fails = Sample.Fails("alpha", 0, 51);
        await bus.Taken(fails, Signed(fails, key));
        Assert.Contains("skale_scheduler_nodes_unauthenticated 0", bus.Metrics(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task where_keys_are_demanded_a_node_without_one_is_not_believed()
    {
        await using var bus = await Start(settings: ("Scheduler:AgentKeys", "required"));
        await bus.Refused(runs, Signed(runs, bus.NewKey()), "as which no machine has joined", "key unknown");
        var key = await bus.Join(0);
        await bus.Taken(runs, Signed(runs, key));
        Assert.Contains(new SchedulerOptions { Network = "test", AgentKeys = "none" }.Problems(), p => p.StartsWith("Scheduler:AgentKeys is 'none'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task neither_forged_nor_old_heartbeats_keep_a_node_alive()
    {
        var clock = new PutForward();
        await using var bus = await Start(clock: clock);
        var key = await bus.Join(0);
        clock.By = TimeSpan.FromSeconds(20);
        var old = new NodeHeartbeat(new(0), clock.GetUtcNow() - ReportVerifier.HeartbeatGoodFor - TimeSpan.FromSeconds(1));
        await Becomes(bus, Presence.Suspect, async () =>
        {
            await bus.Publish(new NodeHeartbeat(new(0), clock.GetUtcNow()));
            await bus.Publish(old, Signed(old, key));
        });
        Assert.All(["unsigned", "expired"], fault => Assert.Contains($"skale_scheduler_reports_refused_total{{fault=\"{fault}\"}}", bus.Metrics(), StringComparison.Ordinal));
        await Becomes(bus, Presence.Heard, () =>
        {
            var beat = new NodeHeartbeat(new(0), clock.GetUtcNow());
            return bus.Publish(beat, Signed(beat, key));
        });
    }

    /// <summary>Node 1 has no key and is heard all the time: while nobody is, nobody is judged.</summary>
    private static async Task Becomes(SignedMessages bus, Presence presence, Func<Task> say) => await Wait.Until($"node 0 to be {presence}", async () =>
    {
        await say();
        await bus.Publish(new NodeHeartbeat(new(1), DateTimeOffset.UtcNow));
        return await bus.Scheduler.Log.Read(n => (n.Nodes[new(0)].Presence, n.Nodes[new(1)].Presence)) == (presence, Presence.Heard);
    }, Wait.Patience, TestContext.Current.CancellationToken);

    private static void Sign(MassTransit.PublishContext context, SubnodeStarted report, string key, Guid id)
    {
        context.MessageId = id;
        Signed(report, key)(context);
    }

    private static Task<MemberPhase> Phase(SignedMessages bus) => bus.Scheduler.Log.Read(n => n.Chains[new("alpha")].Members[new(0)].Phase);

    private static async Task<string?> KeyShown(SignedMessages bus, long node) => (await bus.Scheduler.Get<Api.NodeAnswer>($"/v1/nodes/{node}")).IdentityKey;

    private sealed class PutForward : TimeProvider
    {
        public TimeSpan By { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + By;
    }
}
