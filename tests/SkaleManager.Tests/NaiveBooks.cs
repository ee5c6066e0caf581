using System.Numerics;
using System.Security.Cryptography;
using Skale.Ethereum;

namespace Skale.SkaleManager.Tests;

/// <summary>The same rules in the plainest code: lists that are searched, counts that are counted, numbers without tricks.</summary>
internal sealed class NaiveBooks(int total)
{
    public List<NaiveNode> Nodes { get; } = [];

    public Dictionary<string, NaiveChain> Chains { get; } = [];

    public List<int>[] Lists { get; } = [.. Enumerable.Range(0, total + 1).Select(_ => new List<int>())];

    public void AddNode()
    {
        Nodes.Add(new NaiveNode { Free = total });
        Show(Nodes.Count - 1);
    }

    public void Change(int node, Action<NaiveNode> change)
    {
        change(Nodes[node]);
        if (Nodes[node] is { Standing: NodeStanding.Active, Compliant: true })
        {
            Show(node);
        }
        else
        {
            Hide(node);
        }
    }

    public int Count(int units) => Lists.Skip(Math.Max(1, units)).Sum(l => l.Count);

    public void Create(string hash, int units, int size, string previous)
    {
        var group = new List<int>();
        while (group.Count < size)
        {
            group.Add(Draw(units, hash, previous));
            Hide(group[^1]);
            Nodes[group[^1]].Free -= units;
        }

        group.ForEach(Show);
        Chains[hash] = new NaiveChain(units, group, [.. group]);
    }

    public void Delete(string hash)
    {
        Chains[hash].Group.ForEach(n => Pay(n, -Chains[hash].Units));
        Chains.Remove(hash);
    }

    public void Replace(string hash, int member, bool exit, string previous)
    {
        var chain = Chains[hash];
        Pay(member, -chain.Units);
        if (exit)
        {
            SwapOut(chain.Exceptions, member);
        }

        chain.Exceptions.ForEach(Hide);
        var successor = Draw(chain.Units, hash, previous);
        Pay(successor, chain.Units);
        chain.Exceptions.ForEach(Show);
        chain.Exceptions.Add(successor);
        chain.Group[chain.Group.IndexOf(member)] = successor;
    }

    public void Left(int node)
    {
        (Nodes[node].Standing, Nodes[node].Free) = (NodeStanding.Left, 0);
        foreach (var chain in Chains.Values.Where(c => c.Exceptions.Contains(node)))
        {
            SwapOut(chain.Exceptions, node);
        }
    }

    private void Pay(int node, int units)
    {
        if (units != 0)
        {
            var visible = Lists[Nodes[node].Free].Contains(node);
            Hide(node);
            Nodes[node].Free -= units;
            if (visible)
            {
                Lists[Nodes[node].Free].Add(node);
            }
        }
    }

    private void Hide(int node)
    {
        if (Lists[Nodes[node].Free].Contains(node))
        {
            SwapOut(Lists[Nodes[node].Free], node);
        }
    }

    private void Show(int node)
    {
        if (Nodes[node] is { Standing: NodeStanding.Active, Compliant: true } && !Lists[Nodes[node].Free].Contains(node))
        {
            Lists[Nodes[node].Free].Add(node);
        }
    }

    private static void SwapOut(List<int> list, int node)
    {
        list[list.LastIndexOf(node)] = list[^1];
        list.RemoveAt(list.Count - 1);
    }

    private int Draw(int units, string hash, string previous)
    {
        var seed = Keccak.Hash(Convert.FromHexString(previous[2..] + hash[2..]));
        var (walk, index) = (seed, seed);
        var list = Lists[Walk(1, total, Math.Max(1, units), Count(units), ref walk)];
        return list[Below(list.Count, ref index)];
    }

    private int Walk(int first, int last, int bound, int sum, ref byte[] number)
    {
        if (first == last)
        {
            return first;
        }

        var middle = (first + last) / 2;
        if (middle < bound)
        {
            return Walk(middle + 1, last, bound, sum, ref number);
        }

        var right = Enumerable.Range(middle + 1, last - middle).Sum(u => Lists[u].Count);
        return Below(sum, ref number) < sum - right ? Walk(first, middle, bound, sum - right, ref number) : Walk(middle + 1, last, 1, right, ref number);
    }

    private static int Below(int limit, ref byte[] number)
    {
        number = SHA256.HashData(number);
        return (int)(new BigInteger(number, isUnsigned: true, isBigEndian: true) % limit);
    }
}

internal sealed class NaiveNode
{
    public int Free { get; set; }

    public NodeStanding Standing { get; set; }

    public bool Compliant { get; set; } = true;
}

internal sealed record NaiveChain(int Units, List<int> Group, List<int> Exceptions);
