using System.Buffers.Binary;
using System.Security.Cryptography;
using Skale.Contracts;
using Skale.Scheduler.Domain;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

/// <summary>Rotations that nothing forces: on demand and on schedule, drawn so that anybody can draw them again.</summary>
public sealed class RotationTests
{
    private static readonly ChainName Alpha = new("alpha");
    private static readonly RotationInterval Interval = new(TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(20));
    private static readonly SchedulerStarted On = Started with { Policy = Policy with { Replacement = Replacing } };
    private static readonly object[] Active = [On, Registered(1), Enrolled(1), Bought("alpha"), Runs("alpha", 1, 2), Registered(2), Enrolled(2)];
    private static readonly object[] Scheduled = [On with { Policy = Policy with { Replacement = Replacing with { Rotation = Interval } } }, .. Active[1..4]];

    [Fact]
    public void a_member_is_replaced_on_demand() => Spec.GivenInputs(Active).When(Asked(1)).ThenState(n =>
        Assert.Equal((new NodeId(2), ReplacementReason.Requested), (n.Chains[Alpha].Underway!.New, n.Chains[Alpha].Underway!.Reason)));

    [Fact]
    public void any_member_is_drawn() => Spec.GivenInputs(Active).When(Asked(null)).ThenState(n => Assert.Equal((new NodeId(1), 2), (n.Chains[Alpha].Underway!.Old, n.Chains[Alpha].Draws)));

    [Fact]
    public void a_repeated_request_decides_nothing() => Spec.GivenInputs([.. Active, Asked(1)]).When(Asked(1)).ThenNothing();

    [Fact]
    public void requests_wait_for_their_turn() => Spec.GivenInputs([.. Active, Asked(1), Asked(1, "second")]).When(Runs("alpha", 2, 2))
        .ThenState(n => Assert.Equal((null, 0), (n.Chains[Alpha].Underway, n.Chains[Alpha].Demands.Count)));

    [Fact]
    public void one_whose_member_is_gone_by_then_is_refused() => Spec.GivenInputs([.. Active, Asked(1), Asked(1, "second")]).When(Runs("alpha", 2, 2)).ButPeers().Then(
        new ReplacementCompleted(Alpha, 0, new(1), new(2), [new(2)], Start), new SubnodeRemovalOrdered(new(1), Alpha, 2, Start),
        new RotationRefused(Alpha, new(1), $"{Key("second")}", "node 1 is no member any more", Start));

    [Theory]
    [InlineData("beta", 1, RefusalCause.NotFound, "chain 'beta' does not run here")]
    [InlineData("alpha", 2, RefusalCause.Conflict, "node 2 is no member of chain 'alpha'; its members are 1")]
    public void what_cannot_be_is_refused_with_the_reason(string chain, long node, RefusalCause cause, string because) => Spec.GivenInputs(Active).When(Asked(node) with { Chain = new(chain) })
        .Then(new RequestRefused(Key("first"), cause, because, Start));

    [Fact]
    public void only_the_contract_rotates_its_own() => Spec.GivenInputs([.. Active[..3], Bought("alpha", 32, 1, 1), Runs("alpha", 1, 2)]).When(Asked(null))
        .Then(new RequestRefused(Key("first"), RefusalCause.Conflict, "the contract chose the nodes of chain 'alpha': only the contract rotates it", Start));

    [Fact]
    public void the_time_of_the_next_rotation_follows_from_its_recorded_seed() => Spec.GivenInputs(Scheduled).When(Runs("alpha", 1, 2)).ThenLast<RotationScheduled>(e =>
    {
        var draw = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(draw, -e.Draw);
        var seed = SHA256.HashData([.. Convert.FromHexString(e.BlockHash[2..]), .. Convert.FromHexString(Hash("alpha")[2..]), .. draw]);
        Assert.Equal((e.Seed, Origin(2).BlockHash), ("0x" + Convert.ToHexStringLower(seed), e.BlockHash));
        var seconds = BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData([.. seed, 0, 0, 0, 0])) % 601;
        Assert.Equal(e.Due, Start + Interval.Shortest + TimeSpan.FromSeconds(seconds));
    });

    [Fact]
    public void when_it_has_come_a_drawn_member_is_replaced_and_the_next_time_drawn_when_that_is_done()
    {
        var due = Start + Interval.Longest;
        Spec.GivenInputs([.. Scheduled, Runs("alpha", 1, 2), Registered(2), Enrolled(2)]).When(new TimePassed(due), due).AndThen().When(Runs("alpha", 2, 2), due)
            .ThenLast<RotationScheduled>(e => Assert.Equal((4, true), (e.Draw, e.Due >= due + Interval.Shortest)));
    }

    [Fact]
    public void a_chain_that_is_gone_is_not_rotated() => Spec.GivenInputs([.. Scheduled, Runs("alpha", 1, 2)]).When(Deleted("alpha")).ThenState(n => Assert.Null(n.NextDeadline));

    [Theory]
    [InlineData("uniform")]
    [InlineData("spread")]
    [InlineData("skale")]
    public void a_replacement_is_computed_again_and_a_forged_one_differs(string strategy)
    {
        var (state, events) = (Deciding.Decider.Initial(), new List<object>());
        object[] inputs = [
            On with { Policy = On.Policy with { Strategy = strategy } }, .. Enumerable.Range(0, 9).SelectMany(n => (object[])[Registered(n), Enrolled(n)]), Bought("alpha", 16, 2),
            new NodeExitStarted(Origin(), new(0)), .. Enumerable.Range(1, 8).Select(n => new NodeExitStarted(Origin(), new(n))).Take(3)];
        foreach (var input in inputs)
        {
            events.AddRange(Deciding.Run(state, input is IFact fact ? Numbered(fact, state.LastFact + 1) : input, Start));
            foreach (var member in state.Chains.Values.SelectMany(c => c.Members.Values).Where(m => m.Phase == MemberPhase.Ordered).ToArray())
            {
                events.AddRange(Deciding.Run(state, Runs("alpha", member.Node.Value, 100 + events.Count, member.Subnode!.Generation), Start));
            }
        }

        events.AddRange(Deciding.Run(state, Asked(null), Start));
        var index = events.FindLastIndex(e => e is ReplacementStarted);
        var (before, recorded) = (Deciding.Fold(events.Take(index)), (ReplacementStarted)events[index]);
        Assert.Equal((strategy, Recomputation.Agrees), (recorded.Evidence.Strategy, Explanation.Of(before, recorded).Verdict));
        Assert.Equal(Recomputation.Differs, Explanation.Of(before, recorded with { NewNode = recorded.OldNode }).Verdict);
        Assert.Null(state.Contract.Doubt);
    }

    private static ChainRotationRequested Asked(long? node, string id = "first") => new(Key(id), "digest", Alpha, node is { } named ? new NodeId(named) : null, null, Start);
}
