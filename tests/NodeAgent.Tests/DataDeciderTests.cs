using Skale.Contracts;
using Skale.EventStore;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent.Tests;

public sealed class DataDeciderTests
{
    private static readonly ChainName alpha = new("alpha");
    private static readonly DataBackup backup = new(new NodeId(8), 3, Some.Image, 5, 100, "ab", Some.Time);
    private static readonly DataBackup another = backup with { Sha256 = "cd" };
    private static readonly DataWipeRequested wiping = new(Some.Node, alpha, 1, Some.Time);
    private static readonly DataRestoreRequested restoring = new(Some.Node, alpha, 1, backup, Some.Time);

    [Fact]
    public void wiping_needs_the_generation_of_the_subnode_that_runs()
    {
        var rules = Rules.Given(Some.Start("alpha", 1));
        Assert.Equal([wiping], rules.When(new WipeData(alpha, 1)));
        Assert.Contains("at generation 1 on node 7, and generation 2 was meant", Refusal(rules, new WipeData(alpha, 2)), StringComparison.Ordinal);
        Assert.Contains("not assigned to node 7", Refusal(rules, new WipeData(new("beta"), 1)), StringComparison.Ordinal);
        Assert.Contains("at generation 4", Refusal(Rules.Given(Some.Start("alpha", 1), Some.Assign(4, [Some.Subnode("alpha", 4)])), new RestoreData(alpha, 1, backup)), StringComparison.Ordinal);
    }

    [Fact]
    public void what_is_recorded_is_carried_out_whatever_is_ordered_meanwhile()
    {
        var rules = Rules.Given(Some.Start("alpha", 1), wiping).Take(Some.Start("alpha", 2)).Take(new AgentStarted(Some.Machine));
        Assert.Equal(new DataRepair.Wipe(1), rules.State.Desired.Repairs[alpha]);
        var wiped = Assert.IsType<DataWiped>(Assert.Single(rules.When(new DataIsWiped(alpha, 1))));
        Assert.Equal(rules.State.LastReport + 1, wiped.Report);
        Assert.Empty(rules.Take(new DataIsWiped(alpha, 1)).State.Desired.Repairs);
    }

    [Fact]
    public void a_repeat_decides_nothing_and_nothing_else_is_begun_on_data_that_is_worked_on()
    {
        Assert.Empty(Rules.Given(Some.Start("alpha", 1), wiping).When(new WipeData(alpha, 1)));
        Assert.Empty(Rules.Given(Some.Start("alpha", 1), restoring).When(new RestoreData(alpha, 1, backup)));
        Assert.Contains("is being wiped", Refusal(Rules.Given(Some.Start("alpha", 1), wiping), new RestoreData(alpha, 1, backup)), StringComparison.Ordinal);
        Assert.Contains("is being restored", Refusal(Rules.Given(Some.Start("alpha", 1), restoring), new RestoreData(alpha, 1, another)), StringComparison.Ordinal);
        Assert.Empty(Rules.Given(Some.Start("alpha", 1)).When(new DataIsWiped(alpha, 1)));
        Assert.Empty(Rules.Given(Some.Start("alpha", 1)).When(new DataIsRestored(alpha, 1)));
    }

    [Fact]
    public void a_wipe_overtakes_a_restore_that_does_not_end() =>
        Assert.Equal(new DataRepair.Wipe(1), Rules.Given(Some.Start("alpha", 1), restoring).Take(new WipeData(alpha, 1)).State.Desired.Repairs[alpha]);

    [Fact]
    public void the_removal_of_the_chain_overtakes_everything()
    {
        var rules = Rules.Given(Some.Start("alpha", 1), wiping).Take(Some.Remove("alpha", 2));
        Assert.Empty(rules.State.Desired.Repairs);
        Assert.Empty(rules.Take(new SubnodeGone(alpha, 2)).State.Repairs);
    }

    [Fact]
    public void replaced_data_may_go_only_when_the_chain_has_answered_on_the_restored_one()
    {
        var rules = Rules.Given(Some.Start("alpha", 1)).Take(Some.Answers("alpha", 1)).Take(new RestoreData(alpha, 1, backup)).Take(new DataIsRestored(alpha, 1));
        Assert.Empty(rules.State.Desired.Outlived);
        Assert.Empty(rules.Take(new SubnodeFails(alpha, 1, "silent")).State.Desired.Outlived);
        Assert.Equal([alpha], rules.Take(Some.Answers("alpha", 1, "c2")).State.Desired.Outlived.Keys);
        Assert.Empty(rules.Take(new ReplacedDataIsGone(alpha, 1)).State.Replaced);
    }

    private static string Refusal(Rules rules, object input) => Assert.Throws<ImpossibleInputException>(() => rules.When(input)).Message;
}
