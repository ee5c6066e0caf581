namespace Skale.EventStore.Tests;

/// <summary>
/// The published values of the Certificate Transparency reference tree: eight leaves, their roots and proofs. Source: github.com/transparency-dev/merkle
/// (commit 417fb0c), testonly/constants.go and testonly/reference_test.go; the same in google/certificate-transparency, and of the hasher rfc6962/rfc6962_test.go.
/// </summary>
public sealed class MerkleVectorTests
{
    private static readonly byte[][] Data =
        [.. new[] { "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f" }.Select(Convert.FromHexString)];

    private static readonly string[] Roots =
    [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    private const string Leaf0 = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
    private const string Leaf1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
    private const string Leaf4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
    private const string Leaf6 = "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f";
    private const string Node01 = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125";
    private const string Node23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
    private const string Node45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";
    private const string Node67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
    private const string Node0123 = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7";
    private const string Node4567 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";

    [Theory]
    [InlineData("", "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData("4c313233343536", "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56")]
    public void leaves_hash_as_published(string data, string hash) => Assert.Equal(hash, MerkleHash.OfLeaf(Convert.FromHexString(data)).ToString());

    [Fact]
    public void every_size_has_the_published_root()
    {
        var frontier = new MerkleFrontier();
        Assert.Equal(Roots[0], frontier.Root().ToString());
        foreach (var data in Data)
        {
            frontier.Push(MerkleHash.OfLeaf(data));
            Assert.Equal(Roots[frontier.Size], frontier.Root().ToString());
        }
    }

    [Fact]
    public void the_frontier_of_every_size_is_as_published()
    {
        string[][] published =
        [
            [Leaf0], [Node01], [Node01, Hex(2)], [Node0123], [Node0123, Leaf4], [Node0123, Node45], [Node0123, Node45, Leaf6], [Roots[8]],
        ];
        var frontier = new MerkleFrontier();
        Assert.All(published.Zip(Data), pair =>
        {
            frontier.Push(MerkleHash.OfLeaf(pair.Second));
            Assert.Equal(pair.First, frontier.Subtrees().Select(subtree => subtree.ToString()));
        });

        static string Hex(int leaf) => MerkleHash.OfLeaf(Data[leaf]).ToString();
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 2, Leaf1)]
    [InlineData(1, 2, Leaf0)]
    [InlineData(2, 3, Node01)]
    [InlineData(1, 5, Leaf0, Node23, Leaf4)]
    [InlineData(0, 8, Leaf1, Node23, Node4567)]
    [InlineData(5, 8, Leaf4, Node67, Node0123)]
    public void inclusion_proofs_are_as_published(int index, int size, params string[] published)
    {
        var proof = Run(MerkleProver.OfInclusion(index, size));
        Assert.Equal(published, proof.Select(node => node.ToString()));
        Assert.True(MerkleProof.IsIncluded(MerkleHash.OfLeaf(Data[index]), index, size, Root(size), proof));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 8, Leaf1, Node23, Node4567)]
    [InlineData(2, 5, Node23, Leaf4)]
    [InlineData(6, 7, Node45, Leaf6, Node0123)]
    [InlineData(6, 8, Node45, Node67, Node0123)]
    public void consistency_proofs_are_as_published(int old, int size, params string[] published)
    {
        var proof = Run(MerkleProver.OfConsistency(old, size));
        Assert.Equal(published, proof.Select(node => node.ToString()));
        Assert.True(MerkleProof.IsConsistent(old, Root(old), size, Root(size), proof));
    }

    private static MerkleHash Root(int size) => MerkleHash.TryFromHex(Roots[size], out var root) ? root : throw new FormatException(Roots[size]);

    private static MerkleHash[] Run(MerkleProver prover)
    {
        for (var leaf = 0; leaf < prover.Size; leaf++)
        {
            prover.Push(MerkleHash.OfLeaf(Data[leaf]));
        }

        return prover.Proof();
    }
}
