using Skale.Contracts;
using Skale.Scheduler.Domain;
using Skale.Servers;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

/// <summary>
/// What operators did to chains' data is recorded once, whatever its report arrives among: reports that wait in the queue after an outage are taken from it together, and handled in any order.
/// </summary>
public sealed class DataReportTests
{
    private static readonly object[] Active = [Registered(1), Enrolled(1), Bought("alpha", 32, 1, 1), Runs("alpha", 1, 2)];

    /// <summary>A backup, a restore and a wipe.</summary>
    public static TheoryData<long> Kinds { get; } = [6, 7, 8];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void a_report_that_a_later_one_overtook_is_recorded(long report) => Spec.GivenInputs([.. Active, Runs("alpha", 1, 9)]).When(OfData("alpha", 1, report)).Then();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void its_repeat_is_not_whatever_came_since(long report)
    {
        var said = OfData("alpha", 1, report);
        Spec.GivenInputs([.. Active, said]).When(said).ThenNothing();
        Spec.GivenInputs([.. Active, said, Runs("alpha", 1, 9)]).When(said).ThenNothing();
        Spec.GivenInputs([.. Active, Runs("alpha", 1, 9), said]).When(said).ThenNothing();
        Spec.GivenInputs([.. Active, said, Enrolled(1, 9)]).When(said).ThenNothing();
    }

    [Fact]
    public void it_may_be_overtaken_by_what_is_said_of_the_whole_node()
    {
        Spec.GivenInputs([.. Active, Enrolled(1, 9)]).When(OfData("alpha", 1, 6)).Then();
        Spec.GivenInputs([.. Active, new AssignmentRequested(new(1), 9, 1, Start)]).When(OfData("alpha", 1, 6)).Then();
    }

    [Fact]
    public void an_order_that_came_after_the_one_it_was_under_does_not_make_it_untrue() => Spec.GivenInputs(Active).When(OfData("alpha", 1, 6, generation: 0)).Then();

    [Fact]
    public void nor_does_the_end_of_the_member()
    {
        Spec.GivenInputs([.. Active, Deleted("alpha")]).When(OfData("alpha", 1, 6)).Then();
        Spec.GivenInputs([.. Active, Deleted("alpha"), Gone("alpha", 1, 7)]).When(OfData("alpha", 1, 6)).Then();
    }

    [Fact]
    public void nor_that_of_the_chain()
    {
        object[] gone = [Registered(1), Enrolled(1), Asked("alpha"), Runs("alpha", 1, 2), Unwanted("alpha"), Gone("alpha", 1, 9)];
        Spec.GivenInputs(gone).When(OfData("alpha", 1, 6)).Then();
        Spec.GivenInputs([.. gone, OfData("alpha", 1, 6)]).When(OfData("alpha", 1, 6)).ThenNothing();
    }

    [Fact]
    public void each_node_numbers_its_own() => Spec.GivenInputs([.. Active, Registered(2), Enrolled(2), OfData("alpha", 1, 6)]).When(OfData("alpha", 2, 6)).Then();

    [Fact]
    public void another_machine_numbers_its_own_too()
    {
        object[] joined = [.. Active, OfData("alpha", 1, 6), Token(1, "first"), Joins(1, "first")];
        Spec.GivenInputs(joined).When(OfData("alpha", 1, 6)).Then();
        Spec.GivenInputs([.. joined, Token(1, "second", key: "again "), Joins(1, "second", key: "again ")]).When(OfData("alpha", 1, 9)).Then();
        Spec.GivenInputs([.. joined, OfData("alpha", 1, 9), Token(1, "second", key: "again "), Joins(1, "second", key: "again ")]).When(OfData("alpha", 1, 9)).ThenNothing();
    }

    [Fact]
    public void a_stranger_has_no_data() => Spec.GivenInputs(Active).When(OfData("alpha", 9, 6)).ThenImpossible("comes from node 9, which is not registered in network 'test'");

    /// <summary>It says nothing of how the subnode fares, and so is no reason to drop what does.</summary>
    [Fact]
    public void an_earlier_report_that_it_overtook_counts() =>
        Spec.GivenInputs([.. Active, OfData("alpha", 1, 6)]).When(Fails("alpha", 1, 5)).Then(new ServiceDegraded(new("alpha"), new(1), "does not answer", Start));

    [Fact]
    public void a_burst_in_any_order_and_with_repeats_gives_the_same_history_of_the_data_and_the_same_end() => Seeds.ForEach(300, seed =>
    {
        var random = new Random(seed);
        IReport[] burst =
        [
            Fails("alpha", 1, 3), OfData("alpha", 1, 4), Runs("alpha", 1, 5), OfData("alpha", 1, 6), OfData("beta", 1, 7), Fails("alpha", 1, 8), OfData("alpha", 1, 9), OfData("beta", 1, 10),
            Runs("alpha", 1, 11), OfData("alpha", 1, 12),
        ];
        IReport[] arriving = [.. burst, .. random.GetItems(burst, 5)];
        random.Shuffle(arriving);
        var state = Deciding.Decider.Initial();
        Deciding.Run(state, Started, Start);
        foreach (var input in (object[])[Registered(1), Enrolled(1), Bought("alpha", 32, 1, 1), Bought("beta", 32, 1, 1), Runs("alpha", 1, 2)])
        {
            Deciding.Run(state, input is IFact fact ? Numbered(fact, state.LastFact + 1) : input, Start);
        }

        var recorded = arriving.SelectMany(report => Deciding.Run(state, report, Start)).OfType<IReport>().ToArray();
        Assert.Equal([4, 6, 7, 9, 10, 12], recorded.Where(r => r is BackupTaken or DataRestored or DataWiped).Select(r => r.Report).Order());
        Assert.Equal(MemberPhase.Running, state.Chains[new("alpha")].Members[new(1)].Phase);
    });
}
