using Skale.Contracts;
using Skale.Scheduler.Domain;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

/// <summary>Another image for a chain that runs: one member at a time, stopped by the first that does not serve, and back again.</summary>
public sealed class RolloutTests
{
    private const string Old = "evm:1", New = "evm:2";
    private static readonly ChainName Alpha = new("alpha");
    private static readonly DateTimeOffset Later = Start + Replacing.MemberPatience;
    private static readonly ChainImageRequested Asks = Image("alpha", New);

    /// <summary>Chain alpha on nodes 1, 2 and 3, as the contract named them; node 4 is free.</summary>
    private static readonly object[] Active =
    [
        Started with { Policy = Policy with { Replacement = Replacing } }, .. Enumerable.Range(1, 4).SelectMany(n => (object[])[Registered(n), Enrolled(n)]),
        Bought("alpha", 32, 3, 1, 2, 3), Runs("alpha", 1, 2), Runs("alpha", 2, 2), Runs("alpha", 3, 2),
    ];

    /// <summary>Node 1 serves with the new image, and node 2 was told of it.</summary>
    private static readonly object[] Second = [.. Active, Asks, Runs("alpha", 1, 3)];

    [Fact]
    public void the_first_member_gets_it_and_the_others_serve_on() => Spec.GivenInputs(Active).When(Asks).Then(
        new ImageChangeStarted(Alpha, Asks.Request, Old, New, Start), Ordered(1, New), Degraded(1, New));

    [Fact]
    public void an_answer_under_the_order_before_does_not_count() => Spec.GivenInputs([.. Active, Asks]).When(Runs("alpha", 1, 3, generation: 1)).ThenNothing();

    [Fact]
    public void nor_what_an_agent_says_of_it_at_its_start() => Spec.GivenInputs([.. Active, Asks]).When(Enrolled(1, 3, new SubnodeStatus(Alpha, 1, SubnodeCondition.Running, null)))
        .ThenState(n => Assert.Equal([New, Old, Old], Images(n)));

    [Fact]
    public void the_next_follows_when_the_first_serves_with_it() => Spec.GivenInputs([.. Active, Asks]).When(Runs("alpha", 1, 3, generation: 2)).Then(
        new ServiceRestored(Alpha, Start), Ordered(2, New), Degraded(2, New));

    [Fact]
    public void when_all_serve_with_it_it_is_the_chain_s() => Spec.GivenInputs([.. Second, Runs("alpha", 2, 3)]).When(Runs("alpha", 3, 3)).Then(
        new ServiceRestored(Alpha, Start), new ImageChangeCompleted(Alpha, New, Start));

    [Fact]
    public void and_whoever_comes_later_gets_it_whatever_the_policy_says_then() => Spec
        .GivenInputs([.. Second, Runs("alpha", 2, 3), Runs("alpha", 3, 3), Started with { Policy = Policy with { Replacement = Replacing, Image = "evm:9" } }])
        .When(Rotated("alpha", 1, 4, 1, [4, 2, 3])).ThenState(n => Assert.Equal(New, n.Chains[Alpha].Members[new(4)].Subnode!.Image));

    [Fact]
    public void a_chain_that_has_it_is_done_at_once() => Spec.GivenInputs(Active).When(Image("alpha", Old)).Then(
        new ImageChangeStarted(Alpha, Image("alpha", Old).Request, Old, Old, Start), new ImageChangeCompleted(Alpha, Old, Start));

    [Fact]
    public void a_member_that_fails_with_it_stops_it_and_goes_back_first() => Spec.GivenInputs(Second).When(Fails("alpha", 2, 3)).Then(
        new ImageChangeFailed(Alpha, new(2), Old, New, "does not answer", Start), Ordered(2, Old, 3));

    [Fact]
    public void then_the_others_one_after_the_other() => Spec.GivenInputs([.. Second, Fails("alpha", 2, 3)]).When(Runs("alpha", 2, 4)).Then(
        new ServiceRestored(Alpha, Start), Ordered(1, Old, 3), Degraded(1, Old));

    [Fact]
    public void until_all_serve_as_before() => Spec.GivenInputs([.. Second, Fails("alpha", 2, 3), Runs("alpha", 2, 4)]).When(Runs("alpha", 1, 4)).Then(
        new ServiceRestored(Alpha, Start), new ImageChangeRolledBack(Alpha, Old, Start));

    [Fact]
    public void the_request_has_failed_with_the_reason() => Spec.GivenInputs([.. Second, Fails("alpha", 2, 3), Runs("alpha", 2, 4)]).When(Runs("alpha", 1, 4)).ThenState(n =>
        Assert.Equal(new RequestOutcome(false, "node 2: does not answer; every member runs 'evm:1' again"), n.Requests[Asks.Request].Outcome));

    [Fact]
    public void a_member_that_stays_silent_stops_it_at_its_deadline() => Spec.GivenInputs(Second).When(new TimePassed(Later), Later).Then(
        new ImageChangeFailed(Alpha, new(2), Old, New, "it has not answered in time", Later), Ordered(2, Old, 3) with { At = Later });

    [Fact]
    public void one_that_fails_after_it_had_served_stops_it_too() => Spec.GivenInputs(Second).When(Fails("alpha", 1, 4)).ThenState(n =>
        Assert.Equal(("node 1: does not answer", Old, New), (n.Chains[Alpha].ImageChange!.Failure, Images(n)[0], Images(n)[1])));

    [Fact]
    public void one_that_fails_with_the_old_image_stops_nothing_and_is_next() => Spec.GivenInputs([.. Second, Fails("alpha", 3, 3)]).When(Runs("alpha", 2, 3))
        .Then(Ordered(3, New));

    [Fact]
    public void a_chain_whose_image_is_broken_can_be_given_a_whole_one() => Spec.GivenInputs([.. Active, Fails("alpha", 1, 3), Fails("alpha", 2, 3), Fails("alpha", 3, 3), Asks, Runs("alpha", 1, 4)])
        .When(Runs("alpha", 2, 4)).Then(Ordered(3, New));

    [Fact]
    public void nobody_who_serves_is_touched_while_another_does_not_answer() => Spec.GivenInputs([.. Active, new NodeSuspected(new(3), Start, Start), new NodeLost(new(3), Start, Start)])
        .When(Asks).Then(new ImageChangeStarted(Alpha, Asks.Request, Old, New, Start));

    [Fact]
    public void it_goes_on_when_the_node_is_back() => Spec.GivenInputs([.. Active, new NodeSuspected(new(3), Start, Start), new NodeLost(new(3), Start, Start), Asks])
        .When(new NodeReturned(new(3), Start)).ThenState(n => Assert.Equal([New, Old, Old], Images(n)));

    [Fact]
    public void a_lost_node_is_not_the_image_s_fault() => Spec.GivenInputs([.. Second, new NodeSuspected(new(2), Start, Start), new NodeLost(new(2), Start, Start)])
        .When(new TimePassed(Later), Later).ThenState(n => Assert.Null(n.Chains[Alpha].ImageChange!.Failure));

    [Fact]
    public void a_newcomer_gets_what_has_proven_itself_and_its_turn_later()
    {
        object[] coming = [.. Second, Rotated("alpha", 1, 4, 1, [4, 2, 3])];
        Spec.GivenInputs(coming).When(Runs("alpha", 4, 2)).ThenState(n => Assert.Equal([Old, New, Old], Images(n)));
        Spec.GivenInputs([.. coming, Runs("alpha", 4, 2)]).When(Runs("alpha", 2, 4)).ThenState(n => Assert.Equal([New, New, Old], Images(n)));
    }

    [Fact]
    public void a_later_request_takes_its_place_and_goes_back_to_the_same()
    {
        var third = Image("alpha", "evm:3");
        Spec.GivenInputs(Second).When(third).Then(new ImageChangeStarted(Alpha, third.Request, Old, "evm:3", Start), Ordered(2, "evm:3", 3));
        Spec.GivenInputs(Second).When(third).ThenState(n =>
            Assert.Equal(new RequestOutcome(false, $"superseded by request {third.Request:D} for image 'evm:3'"), n.Requests[Asks.Request].Outcome));
    }

    [Fact]
    public void who_asks_for_the_old_image_calls_it_off() => Spec.GivenInputs([.. Second, Image("alpha", Old), Runs("alpha", 2, 4)]).When(Runs("alpha", 1, 4)).ButPeers().Then(
        new ServiceRestored(Alpha, Start), new ImageChangeCompleted(Alpha, Old, Start));

    [Fact]
    public void a_chain_that_is_deleted_changes_nothing_more() => Spec.GivenInputs(Second).When(Deleted("alpha")).ThenState(n =>
        Assert.Equal((null, ChainPhase.Removing, true), (n.Chains[Alpha].ImageChange, n.Chains[Alpha].Phase, n.Chains[Alpha].Members.Values.All(m => m.Phase == MemberPhase.RemovalOrdered))));

    [Fact]
    public void what_it_was_changed_to_outlives_a_deletion_that_is_retracted() => Spec
        .GivenInputs([.. Second, Runs("alpha", 2, 3), Runs("alpha", 3, 3), Deleted("alpha"), Retracted(7, 6), Gone("alpha", 1, 4), Gone("alpha", 2, 4)])
        .When(Gone("alpha", 3, 4)).ThenState(n => Assert.Equal([New, New, New], Images(n)));

    [Theory]
    [InlineData("none", New, RefusalCause.NotFound, "there is no chain 'none'")]
    [InlineData("waits", New, RefusalCause.Conflict, "chain 'waits' does not run: Deferred")]
    [InlineData("alpha", "two words", RefusalCause.Invalid, "the image's name has spaces")]
    [InlineData("alpha", "", RefusalCause.Invalid, "it names no image")]
    public void what_cannot_be_is_refused(string chain, string image, RefusalCause cause, string because) => Spec.GivenInputs([.. Active, Bought("waits", 128, 4)]).When(Image(chain, image))
        .ThenLast<RequestRefused>(e => Assert.Equal((cause, because), (e.Cause, e.Reason.Contains(because, StringComparison.Ordinal) ? because : e.Reason)));

    [Fact]
    public void a_digest_is_not_changed_to_a_tag()
    {
        object[] byDigest = [Started with { Policy = Policy with { Image = Digest('a') } }, .. Active[1..]];
        Spec.GivenInputs(byDigest).When(Asks).ThenLast<RequestRefused>(e => Assert.Contains("name the new one by digest", e.Reason, StringComparison.Ordinal));
        Spec.GivenInputs(byDigest).When(Image("alpha", Digest('b'))).ThenState(n => Assert.NotNull(n.Chains[Alpha].ImageChange));

        static string Digest(char digit) => $"evm@sha256:{new string(digit, 64)}";
    }

    private static string[] Images(Network network) => [.. network.Chains[Alpha].Group.Select(n => network.Chains[Alpha].Members[n].Subnode!.Image)];

    private static ImageOrdered Ordered(long node, string image, long generation = 2)
    {
        long[] peers = [.. ((long[])[1, 2, 3]).Where(n => n != node)];
        return new(new(node), Alpha, generation, Sample.Ordered("alpha", node, generation: generation, peers: peers).Subnode with { Image = image }, Start);
    }

    private static ServiceDegraded Degraded(long node, string image) => new(Alpha, new(node), $"its container is made anew from image '{image}'", Start);
}
