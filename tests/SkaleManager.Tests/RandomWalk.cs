using Skale.Ethereum;

namespace Skale.SkaleManager.Tests;

/// <summary>Random operations on books, and the same on their naive twin.</summary>
internal sealed class RandomWalk
{
    private readonly Random random;
    private int names;

    public RandomWalk(int seed)
    {
        random = new Random(seed);
        var total = 1 << random.Next(3, 8);
        (Books, Twin) = (new PlacementBooks(total), new NaiveBooks(total));
    }

    public PlacementBooks Books { get; set; }

    public NaiveBooks Twin { get; }

    public int Next(int below) => random.Next(below);

    /// <summary>One operation; those that the contract would refuse leave both alone.</summary>
    public void Step()
    {
        if (Twin.Nodes.Count < 3 || random.Next(20) == 0)
        {
            Books.AddNode(Twin.Nodes.Count);
            Twin.AddNode();
            return;
        }

        var node = random.Next(Twin.Nodes.Count);
        switch (random.Next(12))
        {
            case < 4:
                Create();
                break;
            case 4 when AnyChain() is { } chain:
                Books.DeleteChain(chain);
                Twin.Delete(chain);
                break;
            case 5 when Twin.Nodes[node].Standing is NodeStanding.Active or NodeStanding.InMaintenance:
                var on = Twin.Nodes[node].Standing == NodeStanding.Active;
                Books.SetMaintenance(node, on);
                Twin.Change(node, n => n.Standing = on ? NodeStanding.InMaintenance : NodeStanding.Active);
                break;
            case 6:
                var compliant = random.Next(3) > 0;
                Books.SetCompliance(node, compliant);
                Twin.Change(node, n => n.Compliant = compliant);
                break;
            case 7 when Twin.Nodes[node].Standing == NodeStanding.Active && random.Next(3) == 0:
                Books.BeginExit(node);
                Twin.Change(node, n => n.Standing = NodeStanding.Leaving);
                break;
            case 8 when AnyChain() is { } chain && Twin.Chains[chain].Group is { Count: > 0 } group:
                Replace(chain, group[random.Next(group.Count)], ReplacementCause.FailedKeyCeremony);
                break;
            case > 8 when Enumerable.Range(0, Twin.Nodes.Count).FirstOrDefault(n => Twin.Nodes[n].Standing == NodeStanding.Leaving, -1) is >= 0 and var leaver:
                Exit(leaver);
                break;
        }
    }

    private void Create()
    {
        var (hash, units, size) = (Keccak.HashText($"chain {names++}"), random.Next(5) == 0 ? 0 : random.Next(Books.UnitsPerNode + 1), random.Next(0, 6));
        if (Twin.Count(units) < size)
        {
            Assert.Throws<PlacementException>(() => Books.CreateChain(hash, units, size, Block()));
            return;
        }

        var block = Block();
        Books.CreateChain(hash, units, size, block);
        Twin.Create(hash, units, size, block);
    }

    private void Replace(string chain, int member, ReplacementCause cause)
    {
        if (Books.Spare(chain) == 0)
        {
            Assert.Throws<PlacementException>(() => Books.Replace(chain, member, cause, Block()));
            return;
        }

        var block = Block();
        Books.Replace(chain, member, cause, block);
        Twin.Replace(chain, member, cause == ReplacementCause.Exit, block);
    }

    private void Exit(int leaver)
    {
        if (Books.NextToLeave(leaver) is { } chain)
        {
            Replace(chain, leaver, ReplacementCause.Exit);
            return;
        }

        Books.CompleteExit(leaver);
        Twin.Left(leaver);
    }

    private string? AnyChain() => Twin.Chains.Count == 0 ? null : Twin.Chains.Keys.Order(StringComparer.Ordinal).ElementAt(random.Next(Twin.Chains.Count));

    private string Block()
    {
        var bytes = new byte[32];
        random.NextBytes(bytes);
        return Hex.Encode(bytes);
    }
}
