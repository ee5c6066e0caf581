using Skale.Ethereum;

namespace Skale.SkaleManager.Tests;

/// <summary>What cannot be is refused with its reason, and nothing has changed.</summary>
public sealed class RefusalTests
{
    private static readonly string Alpha = Keccak.HashText("alpha");
    private static readonly string Block = Keccak.HashText("block");

    public static TheoryData<string, Action<PlacementBooks>> Refused => new()
    {
        { "Node 4 cannot be added: the books know 3 nodes, so the next is 3", b => b.AddNode(4) },
        { "Node 7 is not in the books: they know 3", b => b.BeginExit(7) },
        { "Node 0 cannot become Active: it is Active, not InMaintenance", b => b.SetMaintenance(0, false) },
        { "Node 2 cannot become Left: it is Active", b => b.CompleteExit(2) },
        { "'0xzz' is not a hash", b => b.CreateChain("0xzz", 1, 1, Block) },
        { "is not a hash", b => b.CreateChain(Keccak.HashText("beta"), 1, 1, Block[..^1] + "g") },
        { "129 units of each node; a node has 128", b => b.CreateChain(Keccak.HashText("beta"), 129, 1, Block) },
        { "4 with 1 free units are needed, 3 are there", b => b.CreateChain(Keccak.HashText("beta"), 0, 4, Block) },
        { "is in the books already", b => b.CreateChain(Alpha, 1, 1, Block) },
        { "names a node twice: 1, 1", b => b.FollowCreation(Keccak.HashText("beta"), 1, [1, 1]) },
        { "has 28 free units; 29 cannot be taken", b => b.FollowCreation(Keccak.HashText("beta"), 29, [2, 0]) },
        { "No chain 0x", b => b.DeleteChain(Keccak.HashText("beta")) },
        { "Node 2 is not in the group", b => b.Replace(Alpha, 2, ReplacementCause.FailedKeyCeremony, Block) },
        { "it is Active, not Leaving", b => b.Replace(Alpha, 0, ReplacementCause.Exit, Block) },
        { "it is or was a member", b => b.FollowReplacement(Alpha, 0, ReplacementCause.FailedKeyCeremony, 1) },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void it_is_refused_and_leaves_the_books_alone(string because, Action<PlacementBooks> act)
    {
        var books = Books();
        var before = Described.Of(books);
        Assert.Contains(because, Assert.Throws<PlacementException>(() => act(books)).Message, StringComparison.Ordinal);
        Assert.Equal(before, Described.Of(books));
    }

    [Fact]
    public void without_a_spare_node_a_replacement_is_refused()
    {
        var books = Books();
        books.SetMaintenance(2, true);
        Assert.Equal((0, false), (books.Spare(Alpha), books.ContractFindsSpare(Alpha)));
        var before = Described.Of(books);
        Assert.Contains("No node is to spare", Assert.Throws<PlacementException>(() => books.Replace(Alpha, 0, ReplacementCause.FailedKeyCeremony, Block)).Message, StringComparison.Ordinal);
        Assert.Equal(before, Described.Of(books));
    }

    [Fact]
    public void a_node_that_serves_a_chain_cannot_have_left()
    {
        var books = Books();
        books.BeginExit(0);
        Assert.Contains("it serves chain", Assert.Throws<PlacementException>(() => books.CompleteExit(0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void units_per_node_that_no_tree_can_hold_are_refused() => Assert.Throws<PlacementException>(() => new PlacementBooks(100));

    /// <summary>The contract subtracts full members of a chain of 0 units that it never counted (skale-facts 1.3, 11).</summary>
    [Fact]
    public void for_0_units_the_contract_can_miss_a_spare_node_or_fail()
    {
        var books = new PlacementBooks();
        Enumerable.Range(0, 3).ToList().ForEach(books.AddNode);
        books.FollowCreation(Alpha, 0, [0, 1]);
        books.FollowCreation(Keccak.HashText("full"), 128, [0]);
        Assert.Equal((1, false), (books.Spare(Alpha), books.ContractFindsSpare(Alpha)));
        books.FollowCreation(Keccak.HashText("full too"), 128, [1]);
        Assert.Equal((1, null), (books.Spare(Alpha), books.ContractFindsSpare(Alpha)));
    }

    [Theory]
    [InlineData(7, "115792089237316195423570985008687907853269984665640564039457584007913129639935", false)]
    [InlineData(8, "115792089237316195423570985008687907853269984665640564039457584007913129639935", true)]
    [InlineData(1, "115792089237316195423570985008687907853269984665640564039457584007913129639935", true)]
    [InlineData(7, "115792089237316195423570985008687907853269984665640564039457584007913129639933", true)]
    [InlineData(7, "115792089237316195423570985008687907853269984665640564039457584007913129639934", false)]
    public void only_numbers_of_the_incomplete_stretch_at_the_top_are_drawn_again(int limit, string number, bool taken)
    {
        var value = System.Numerics.BigInteger.Parse(number, System.Globalization.CultureInfo.InvariantCulture);
        var accepted = Number.Of(value.ToByteArray(isUnsigned: true, isBigEndian: true)).TryBelow(limit, out var drawn);
        Assert.Equal((taken, (int)(value % limit)), (accepted, drawn));
    }

    /// <summary>Three nodes; alpha takes 100 units of the first two.</summary>
    private static PlacementBooks Books()
    {
        var books = new PlacementBooks();
        Enumerable.Range(0, 3).ToList().ForEach(books.AddNode);
        books.FollowCreation(Alpha, 100, [0, 1]);
        return books;
    }
}
