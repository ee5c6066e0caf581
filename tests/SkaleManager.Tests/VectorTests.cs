using Skale.Ethereum;

namespace Skale.SkaleManager.Tests;

/// <summary>Vectors computed elsewhere (skale-facts 1.6).</summary>
public sealed class VectorTests
{
    private static readonly string AllOnes = "0x" + string.Concat(Enumerable.Repeat("11", 32));

    private static readonly (string Name, int Units, int[] Group)[] Chains =
    [
        ("alpha", 16, [18, 11, 0, 1, 10, 3, 17, 7, 6, 12, 8, 13, 2, 9, 19, 14]),
        ("beta", 16, [12, 10, 16, 4, 1, 13, 11, 9, 15, 14, 2, 6, 8, 5, 7, 19]),
        ("gamma", 1, [17, 13, 11, 19, 14, 8, 6, 15, 5, 4, 2, 9, 16, 18, 7, 3]),
        ("delta", 0, [10, 11]),
        ("epsilon", 32, [9, 13, 1, 16]),
    ];

    [Fact]
    public void five_chains_on_twenty_fresh_nodes()
    {
        var books = Fresh(20);
        foreach (var (name, units, group) in Chains)
        {
            var selection = books.CreateChain(Keccak.HashText(name), units, group.Length, AllOnes);
            Assert.Equal(group, selection.Nodes);
            Assert.True(name != "alpha" || selection.Seed == "0x15ee7d2254ef7b17bdd99b78416c003093ad7a35d87aac4af15a3d1ae817c6f1");
        }

        Assert.Equal(
            [112, 64, 95, 111, 111, 111, 95, 95, 95, 63, 96, 95, 96, 63, 95, 111, 79, 111, 111, 95],
            Enumerable.Range(0, 20).Select(n => books.Node(n).FreeUnits));
    }

    [Fact]
    public void the_first_chain_of_a_real_network() => Assert.Equal(
        [14, 7, 10, 17, 4, 18, 2, 19, 0, 20, 21, 3, 13, 16, 15, 9],
        Fresh(22).CreateChain(Keccak.HashText("rigid-alpha"), 16, 16, "0xc50faca2c72eb6fde91b786f3e14aa21654a2d3a709b9906b22ba4da544f4632").Nodes);

    [Fact]
    public void a_told_group_leaves_the_same_books_as_a_drawn_one()
    {
        var (drawn, told) = (Fresh(20), Fresh(20));
        foreach (var (name, units, group) in Chains)
        {
            drawn.CreateChain(Keccak.HashText(name), units, group.Length, AllOnes);
            told.FollowCreation(Keccak.HashText(name).ToUpperInvariant().Replace('X', 'x'), units, group);
        }

        Assert.Equal(Described.Of(drawn), Described.Of(told));
    }

    private static PlacementBooks Fresh(int nodes)
    {
        var books = new PlacementBooks();
        for (var node = 0; node < nodes; node++)
        {
            books.AddNode(node);
        }

        return books;
    }
}
