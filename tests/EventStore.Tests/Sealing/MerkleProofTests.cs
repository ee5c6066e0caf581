namespace Skale.EventStore.Tests;

/// <summary>What no proof may get away with: the ways of the probes in github.com/transparency-dev/merkle, proof/verify_test.go, on random trees.</summary>
public sealed class MerkleProofTests
{
    private const int Trees = 2_000;
    private readonly int seed = Random.Shared.Next();
    private readonly Random random;

    public MerkleProofTests() => random = new Random(seed);

    [Fact]
    public void a_changed_inclusion_proof_fails()
    {
        for (var tree = 0; tree < Trees; tree++)
        {
            var data = NaiveMerkle.Data(random, random.Next(1, 70));
            var index = random.Next(data.Length);
            var (leaf, root, proof) = (MerkleHash.OfLeaf(data[index]), NaiveMerkle.Mth(data), NaiveMerkle.Path(index, data));
            var why = $"seed {seed}, tree {tree}, leaf {index} of {data.Length}";
            Assert.True(MerkleProof.IsIncluded(leaf, index, data.Length, root, proof), why);
            Assert.False(MerkleProof.IsIncluded(Flip(leaf), index, data.Length, root, proof), why);
            Assert.False(MerkleProof.IsIncluded(leaf, index, data.Length, Flip(root), proof), why);
            Assert.False(MerkleProof.IsIncluded(leaf, index ^ (1L << random.Next(64)), data.Length, root, proof), why);
            Assert.False(MerkleProof.IsIncluded(leaf, -1, data.Length, root, proof) || MerkleProof.IsIncluded(leaf, data.Length, data.Length, root, proof), why);
            Assert.All(Worse(proof, leaf, root), worse => Assert.False(MerkleProof.IsIncluded(leaf, index, data.Length, root, worse), why));
        }
    }

    [Fact]
    public void a_changed_consistency_proof_fails()
    {
        for (var tree = 0; tree < Trees; tree++)
        {
            var data = NaiveMerkle.Data(random, random.Next(1, 70));
            var (old, size) = (random.Next(1, data.Length + 1), data.Length);
            var (oldRoot, root, proof) = (NaiveMerkle.Mth(data.AsSpan(0, old)), NaiveMerkle.Mth(data), NaiveMerkle.Proof(old, data));
            var why = $"seed {seed}, tree {tree}, {old} in {size}";
            Assert.True(MerkleProof.IsConsistent(old, oldRoot, size, root, proof), why);
            Assert.False(MerkleProof.IsConsistent(old, Flip(oldRoot), size, root, proof), why);
            Assert.False(MerkleProof.IsConsistent(old, oldRoot, size, Flip(root), proof), why);
            Assert.False(old != size && MerkleProof.IsConsistent(old, root, size, oldRoot, proof), why);
            Assert.False(MerkleProof.IsConsistent(old ^ (1L << random.Next(64)), oldRoot, size, root, proof), why);
            Assert.All(Worse(proof, oldRoot, root), worse => Assert.False(MerkleProof.IsConsistent(old, oldRoot, size, root, worse), why));
        }
    }

    [Fact]
    public void a_rewritten_leaf_breaks_consistency()
    {
        for (var tree = 0; tree < Trees; tree++)
        {
            var data = NaiveMerkle.Data(random, random.Next(2, 70));
            var old = random.Next(1, data.Length);
            var oldRoot = NaiveMerkle.Mth(data.AsSpan(0, old));
            data[random.Next(old)] = [.. "rewritten"u8];
            Assert.False(
                MerkleProof.IsConsistent(old, oldRoot, data.Length, NaiveMerkle.Mth(data), NaiveMerkle.Proof(old, data)),
                $"seed {seed}, tree {tree}, {old} in {data.Length}");
        }
    }

    [Fact]
    public void sizes_that_prove_nothing_fail()
    {
        var (empty, leaf) = (MerkleHash.EmptyRoot, MerkleHash.OfLeaf([]));
        Assert.False(MerkleProof.IsConsistent(0, empty, 1, leaf, []));
        Assert.False(MerkleProof.IsConsistent(0, empty, 0, empty, []));
        Assert.False(MerkleProof.IsConsistent(2, leaf, 1, leaf, []));
        Assert.False(MerkleProof.IsConsistent(1, leaf, 1, leaf, [leaf]));
        Assert.False(MerkleProof.IsConsistent(1, leaf, 4, MerkleHash.OfNode(leaf, empty), [empty]));
        Assert.False(MerkleProof.IsIncluded(leaf, 0, 0, empty, []));
        Assert.False(MerkleProof.IsIncluded(leaf, 0, 2, leaf, []));
        Assert.False(MerkleProof.IsIncluded(leaf, 0, 1, leaf, [leaf]));
    }

    private IEnumerable<MerkleHash[]> Worse(MerkleHash[] proof, MerkleHash one, MerkleHash other)
    {
        yield return [one, .. proof];
        yield return [other, .. proof];
        yield return [.. proof, one];
        yield return [.. proof, other];
        yield return [default, .. proof];
        if (proof.Length > 0)
        {
            yield return proof[1..];
            yield return proof[..^1];
            var bad = random.Next(proof.Length);
            yield return [.. proof[..bad], Flip(proof[bad]), .. proof[(bad + 1)..]];
        }
    }

    private MerkleHash Flip(MerkleHash hash)
    {
        var bytes = hash.Span.ToArray();
        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return new(bytes);
    }
}
