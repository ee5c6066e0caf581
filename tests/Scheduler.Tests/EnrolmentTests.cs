using Skale.Contracts;
using Skale.Scheduler.Domain;
using Skale.Servers;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

/// <summary>
/// What an agent says of its machine at its start is taken in whatever overtook it, and makes nothing late again that was: reports are handled several at once, in any order.
/// </summary>
public sealed class EnrolmentTests
{
    private static readonly object[] Active = [Registered(1), Enrolled(1), Bought("alpha", 32, 1, 1), Runs("alpha", 1, 2)];
    private static readonly AssignmentIssued Nothing = new(new(1), 0, [], [], Start);

    [Fact]
    public void an_enrolment_that_a_request_overtook_is_answered() => Spec.GivenInputs(Registered(1), Asks(1, 2)).When(Enrolled(1)).Then(Nothing);

    [Fact]
    public void its_machine_is_known_and_takes_chains() => Spec.GivenInputs(Registered(1), Asks(1, 2), Bought("alpha"), Enrolled(1)).When(Runs("alpha", 1, 3)).Then(new CreationCompleted(new("alpha"), Start));

    [Fact]
    public void a_machine_that_is_too_small_is_refused_as_if_it_had_come_in_turn() => Spec
        .GivenInputs(Started with { Policy = Policy with { Capacity = CapacityPolicy.Default } }, Registered(1), Asks(1, 2))
        .When(Enrolled(1) with { Machine = Sample.Machine with { MemoryBytes = 1L << 30 } })
        .ThenLast<MachineRefused>(e => Assert.Equal(new(1), e.Node));

    [Fact]
    public void its_repeat_is_dropped_whatever_came_since()
    {
        Spec.GivenInputs(Registered(1), Asks(1, 2), Enrolled(1)).When(Enrolled(1)).ThenNothing();
        Spec.GivenInputs(Registered(1), Enrolled(1), Asks(1, 2)).When(Enrolled(1)).ThenNothing();
        Spec.GivenInputs(Enrolled(1), Registered(1), Asks(1, 2)).When(Enrolled(1)).ThenNothing();
        Spec.GivenInputs(Registered(1), Enrolled(1), Asks(1, 2), Retracted(2, 1), Registered(1)).When(Enrolled(1)).ThenNothing();
    }

    [Fact]
    public void one_of_an_earlier_start_is_dropped_behind_a_later_one()
    {
        Spec.GivenInputs(Registered(1), Enrolled(1, 3)).When(Enrolled(1, 1)).ThenNothing();
        Spec.GivenInputs(Registered(1), Asks(1, 4), Enrolled(1, 3)).When(Enrolled(1, 1)).ThenNothing();
        Spec.GivenInputs(Enrolled(1, 3), Registered(1)).When(Enrolled(1, 1)).ThenNothing();
    }

    [Fact]
    public void one_of_a_later_start_is_answered_behind_what_that_start_asked_and_behind_an_earlier_one()
    {
        Spec.GivenInputs(Registered(1), Enrolled(1, 1), Asks(1, 4)).When(Enrolled(1, 3)).Then(Nothing);
        Spec.GivenInputs(Registered(1), Asks(1, 4), Enrolled(1, 1)).When(Enrolled(1, 3)).Then(Nothing);
    }

    [Fact]
    public void a_request_that_was_overtaken_is_not_answered_again()
    {
        Spec.GivenInputs(Registered(1), Asks(1, 4)).When(Asks(1, 3)).ThenNothing();
        Spec.GivenInputs(Registered(1), Enrolled(1, 3)).When(Asks(1, 2)).ThenNothing();
        Spec.GivenInputs(Registered(1), Asks(1, 4), Enrolled(1, 2)).When(Asks(1, 3)).ThenNothing();
        Spec.GivenInputs(Registered(1), Asks(1, 4), Enrolled(1, 2)).When(Asks(1, 4)).ThenNothing();
    }

    [Fact]
    public void what_was_said_of_a_subnode_since_the_start_stands() =>
        Spec.GivenInputs([.. Active, Runs("alpha", 1, 5), Asks(1, 4)]).When(Enrolled(1, 3)).Then(new AssignmentIssued(new(1), 1, [Subnode("alpha")], [], Start));

    [Fact]
    public void and_what_was_said_before_it_does_not() => Spec.GivenInputs([.. Active, Asks(1, 4)]).When(Enrolled(1, 3)).Then(
        new AssignmentIssued(new(1), 1, [Subnode("alpha")], [], Start),
        new ServiceDegraded(new("alpha"), new(1), "its agent has started again and does not say that it runs", Start));

    [Fact]
    public void another_machine_counts_from_1_and_the_same_goes_on()
    {
        object[] joined = [Registered(1), Enrolled(1, 7), Asks(1, 9), Token(1, "first"), Joins(1, "first")];
        Spec.GivenInputs(joined).When(Enrolled(1, 1)).Then(Nothing);
        object[] again = [.. joined, Asks(1, 5), Enrolled(1, 3), Token(1, "second", key: "again "), Joins(1, "second", key: "again ")];
        Spec.GivenInputs(again).When(Enrolled(1, 3)).ThenNothing();
        Spec.GivenInputs(again).When(Enrolled(1, 6)).Then(Nothing);
    }

    [Fact]
    public void starts_in_any_order_and_with_repeats_leave_the_last_one_s_machine_and_the_same_end() => Seeds.ForEach(300, seed =>
    {
        IReport[] starts =
        [
            At(4, "first"), Asks(1, 5), Runs("alpha", 1, 6), Runs("beta", 1, 7), At(8, "second"), Asks(1, 9), Asks(1, 10), Fails("alpha", 1, 11), Runs("beta", 1, 12),
            At(13, "third"), Asks(1, 14), Runs("alpha", 1, 15), Asks(1, 16),
        ];
        var random = new Random(seed);
        IReport[] arriving = [.. starts, .. random.GetItems(starts, 6)];
        random.Shuffle(arriving);
        var (recorded, state) = Heard(arriving);
        Assert.Equal(End(Heard(starts).State), End(state));
        Assert.Equal("third", state.Nodes[new(1)].Machine!.HostName);
        var enrolments = recorded.OfType<NodeEnrolled>().Select(e => e.Report).ToArray();
        Assert.Equal(enrolments.Distinct().Order(), enrolments);

        static NodeEnrolled At(long report, string host) => Enrolled(1, report) with { Machine = Sample.Machine with { HostName = host } };
    });

    private static (IReadOnlyList<object> Recorded, Network State) Heard(IEnumerable<IReport> reports)
    {
        var (state, ledger) = (Deciding.Decider.Initial(), new Ledger());
        object[] before = [Started, Registered(1), Enrolled(1), Bought("alpha", 32, 1, 1), Bought("beta", 32, 1, 1), Runs("alpha", 1, 2), Runs("beta", 1, 3)];
        return ([.. before.Concat(reports).SelectMany(input => Deciding.Run(state, input is IFact fact ? Numbered(fact, state.LastFact + 1) : input, Start, ledger.Note))], state);
    }

    /// <summary>All that is known of the node and its chains, but for how often it changed.</summary>
    private static string End(Network state) => string.Join('\n', (object[])
    [
        Spec.Text(state.Nodes[new(1)] with { Version = 0, Reservations = SmallDictionary.Empty<ChainName, Reservation>() }),
        .. state.Chains.Values.OrderBy(c => c.Name).SelectMany(c => (object[])[$"{c.Phase}", .. c.Members.Values.Select(Spec.Text)]),
    ]);

    private static AssignmentRequested Asks(long node, long report) => new(new(node), report, 0, Start);
}
