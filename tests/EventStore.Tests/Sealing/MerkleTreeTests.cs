namespace Skale.EventStore.Tests;

/// <summary>The streaming tree and prover against the recursive definitions of the RFC.</summary>
public sealed class MerkleTreeTests
{
    private const int Sizes = 70;
    private readonly int seed = Random.Shared.Next();
    private readonly byte[][] data;

    public MerkleTreeTests() => data = NaiveMerkle.Data(new Random(seed), Sizes);

    [Fact]
    public void a_frontier_has_the_root_of_every_size()
    {
        var frontier = new MerkleFrontier();
        for (var size = 0; size <= Sizes; size++)
        {
            Assert.True(NaiveMerkle.Mth(data.AsSpan(0, size)) == frontier.Root(), $"seed {seed}, size {size}");
            if (size < Sizes)
            {
                frontier.Push(MerkleHash.OfLeaf(data[size]));
            }
        }
    }

    [Fact]
    public void a_frontier_goes_on_from_where_it_was_exported()
    {
        for (var size = 0; size <= Sizes; size++)
        {
            var before = Frontier(size);
            var frontier = new MerkleFrontier(before.Size, before.Subtrees());
            foreach (var leaf in data[size..])
            {
                frontier.Push(MerkleHash.OfLeaf(leaf));
            }

            Assert.True(NaiveMerkle.Mth(data) == frontier.Root(), $"seed {seed}, size {size}");
        }
    }

    [Fact]
    public void a_frontier_with_too_few_or_too_many_subtrees_is_refused()
    {
        var three = Frontier(7).Subtrees();
        Assert.Throws<ArgumentException>(() => new MerkleFrontier(6, three));
        Assert.Throws<ArgumentException>(() => new MerkleFrontier(7, three.AsSpan(1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MerkleFrontier(-1, three));
    }

    [Fact]
    public void inclusion_proofs_are_those_of_the_definition()
    {
        for (var size = 1; size <= Sizes; size++)
        {
            for (var index = 0; index < size; index++)
            {
                var proof = Run(MerkleProver.OfInclusion(index, size), 0);
                Assert.True(NaiveMerkle.Path(index, data.AsSpan(0, size)).SequenceEqual(proof), $"seed {seed}, leaf {index} of {size}");
                Assert.True(MerkleProof.IsIncluded(MerkleHash.OfLeaf(data[index]), index, size, Frontier(size).Root(), proof), $"seed {seed}, leaf {index} of {size}");
            }
        }
    }

    [Fact]
    public void consistency_proofs_are_those_of_the_definition()
    {
        for (var size = 1; size <= Sizes; size++)
        {
            for (var old = 1; old <= size; old++)
            {
                var proof = Run(MerkleProver.OfConsistency(old, size), 0);
                Assert.True(NaiveMerkle.Proof(old, data.AsSpan(0, size)).SequenceEqual(proof), $"seed {seed}, {old} in {size}");
                Assert.True(MerkleProof.IsConsistent(old, Frontier(old).Root(), size, Frontier(size).Root(), proof), $"seed {seed}, {old} in {size}");
            }
        }
    }

    [Fact]
    public void a_frontier_stands_for_the_leaves_before_it()
    {
        for (var later = 0; later < Sizes; later++)
        {
            var (path, proof) = (NaiveMerkle.Path(later, data), NaiveMerkle.Proof(later + 1, data));
            for (var begin = 0; begin <= Sizes; begin++)
            {
                Assert.True(Gives(path, MerkleProver.OfInclusion(later, Sizes), begin, mustGive: begin <= later), $"seed {seed}, leaf {later} from {begin}");
                Assert.True(Gives(proof, MerkleProver.OfConsistency(later + 1, Sizes), begin, mustGive: begin <= later + 1), $"seed {seed}, size {later + 1} from {begin}");
            }
        }

        // Behind the leaf in question it gives the right proof, if the frontier happens to hold what it needs, or none.
        bool Gives(MerkleHash[] expected, MerkleProver prover, int begin, bool mustGive)
        {
            try
            {
                return expected.SequenceEqual(Run(prover, begin));
            }
            catch (ArgumentException)
            {
                return !mustGive;
            }
        }
    }

    [Fact]
    public void a_proof_about_leaves_that_a_frontier_hides_is_refused()
    {
        Assert.Throws<ArgumentException>(() => MerkleProver.OfInclusion(5, Sizes).Begin(Frontier(8)));
        Assert.Throws<ArgumentException>(() => MerkleProver.OfConsistency(5, Sizes).Begin(Frontier(8)));
    }

    [Fact]
    public void a_proof_takes_all_leaves_and_no_more()
    {
        var prover = MerkleProver.OfInclusion(1, 2);
        prover.Push(MerkleHash.OfLeaf([]));
        Assert.Throws<InvalidOperationException>(prover.Proof);
        Assert.Throws<InvalidOperationException>(() => prover.Begin(Frontier(1)));
        prover.Push(MerkleHash.OfLeaf([]));
        Assert.Single(prover.Proof());
        Assert.Throws<InvalidOperationException>(() => prover.Push(MerkleHash.OfLeaf([])));
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleProver.OfInclusion(2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleProver.OfConsistency(0, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleProver.OfConsistency(3, 2));
    }

    [Fact]
    public void pushing_allocates_nothing()
    {
        var (frontier, prover) = (new MerkleFrontier(), MerkleProver.OfInclusion(77_777, 200_000));
        var leaf = MerkleHash.OfLeaf([1]);
        Push(100_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Push(100_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Push(int leaves)
        {
            for (var i = 0; i < leaves; i++)
            {
                frontier.Push(leaf);
                prover.Push(leaf);
            }
        }
    }

    private MerkleFrontier Frontier(int size)
    {
        var frontier = new MerkleFrontier();
        foreach (var leaf in data[..size])
        {
            frontier.Push(MerkleHash.OfLeaf(leaf));
        }

        return frontier;
    }

    private MerkleHash[] Run(MerkleProver prover, int begin)
    {
        prover.Begin(Frontier(begin));
        while (prover.Pushed < prover.Size)
        {
            prover.Push(MerkleHash.OfLeaf(data[prover.Pushed]));
        }

        return prover.Proof();
    }
}
