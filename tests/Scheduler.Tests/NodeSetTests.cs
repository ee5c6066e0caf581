using System.Buffers.Binary;
using System.Security.Cryptography;
using Skale.Contracts;
using Skale.Scheduler.Domain;
using Skale.Servers;

namespace Skale.Scheduler.Tests;

/// <summary>Beside a sorted set, which does the same and nothing fast.</summary>
public sealed class NodeSetTests
{
    [Fact]
    public void it_holds_what_a_sorted_set_holds() => Seeds.ForEach(200, seed =>
    {
        var random = new Random(seed);
        var (set, twin) = Draw(random);
        Same(twin, set);
        Same(twin, set.Copy());
        Same(twin, [.. set]);
        foreach (var node in Enumerable.Range(0, 50).Select(_ => Node(random)).Concat(twin))
        {
            Assert.Equal(twin.Contains(node), set.Contains(node));
        }
    });

    [Fact]
    public void two_are_taken_together_as_sorted_sets_are() => Seeds.ForEach(200, seed =>
    {
        var random = new Random(seed);
        var ((one, first), (other, second)) = (Draw(random), Draw(random));
        var before = one.Copy();
        one.Except(other);
        Same(new(first.Except(second)), one);
        Same(first, before);
        Same(second, other);
    });

    /// <summary>Copies of copies have the same blocks and the same known digest until one changes; whoever changes then, the others stay as they were.</summary>
    [Fact]
    public void copies_go_their_own_way_whenever_they_change() => Seeds.ForEach(200, seed =>
    {
        var random = new Random(seed);
        List<(NodeSet Set, SortedSet<NodeId> Twin)> all = [Draw(random)];
        for (var step = 0; step < 60; step++)
        {
            var ((set, twin), node, (other, others)) = (all[random.Next(all.Count)], Node(random), all[random.Next(all.Count)]);
            switch (random.Next(6))
            {
                case 0 when all.Count < 8:
                    all.Add((set.Copy(), new(twin)));
                    break;
                case 1:
                    Assert.Equal(twin.Add(node), set.Add(node));
                    break;
                case 2:
                    node = twin.Count > 0 && random.Next(2) > 0 ? twin.ElementAt(random.Next(twin.Count)) : node;
                    Assert.Equal(twin.Remove(node), set.Remove(node));
                    break;
                case 3 when random.Next(4) == 0:
                    set.Except(other);
                    twin.ExceptWith(others.ToArray());
                    break;
                default:
                    Assert.Equal(Digest(twin), set.Digest());
                    break;
            }
        }

        all.ForEach(a => Same(a.Twin, a.Set));
    });

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void a_place_that_it_does_not_have_is_an_error(int index) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new NodeSet { new(1), new(100) }[index]);

    /// <summary>Computed by a Python script written from the rule in <see cref="NodeSet.Digest"/>'s comment alone.</summary>
    [Theory]
    [InlineData("0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("0x7c3ccd10bb7ec37b46d37926ae6274267f007a34aeaf15c882a715a7f3300529", 0L)]
    [InlineData("0xace8de528fe6fe4262433f122d67f13749986032a0bc8e7e3a084d64baef6380", 0L, 63L, 64L, 1_000_000L)]
    public void the_digest_follows_its_published_rule(string digest, params long[] nodes) => Assert.Equal(digest, new NodeSet(nodes.Select(n => new NodeId(n)).Reverse()).Digest());

    private static void Same(SortedSet<NodeId> twin, NodeSet set)
    {
        Assert.Equal(twin, set.ToArray());
        Assert.Equal(twin, Enumerable.Range(0, set.Count).Select(i => set[i]));
        Assert.Equal(Digest(twin), set.Digest());
    }

    private static string Digest(SortedSet<NodeId> twin)
    {
        var text = new List<byte>();
        foreach (var block in twin.GroupBy(n => n.Value / 64))
        {
            var part = new byte[16];
            BinaryPrimitives.WriteInt64BigEndian(part, block.Key);
            BinaryPrimitives.WriteUInt64BigEndian(part.AsSpan(8), block.Aggregate(0UL, (bits, n) => bits | (1UL << (int)(n.Value % 64))));
            text.AddRange(part);
        }

        return "0x" + Convert.ToHexStringLower(SHA256.HashData([.. text]));
    }

    /// <summary>A set that nodes came to and left, and its twin.</summary>
    private static (NodeSet Set, SortedSet<NodeId> Twin) Draw(Random random)
    {
        var (set, twin) = (new NodeSet(), new SortedSet<NodeId>());
        for (var step = random.Next(200); step > 0; step--)
        {
            var node = Node(random);
            _ = random.Next(3) > 0 ? Both(set.Add(node), twin.Add(node)) : Both(set.Remove(node), twin.Remove(node));
        }

        return (set, twin);

        static bool Both(bool set, bool twin)
        {
            Assert.Equal(twin, set);
            return set;
        }
    }

    /// <summary>Mostly of the first blocks, where ids are next to each other; more blocks than one sum counts.</summary>
    private static NodeId Node(Random random) => new(random.Next(4) > 0 ? random.Next(150) : random.NextInt64(random.Next(2) > 0 ? 4_000 : 100_000));
}
