using Skale.Contracts;
using Skale.Ethereum;

namespace Skale.SkaleManager.Tests;

/// <summary>A contract with a random life, and the facts that a watcher tells of it: of a chain's rotations in a block the contract remembers the last alone.</summary>
internal sealed class ToldContract(int seed)
{
    private readonly Random random = new(seed);
    private readonly PlacementBooks books = new();
    private readonly Dictionary<string, int> stuck = [];
    private readonly List<IFact> facts = [];
    private readonly Dictionary<int, (int Old, int Joined)> moves = [];
    private int names;
    private int log;
    private long block = 1000;

    /// <summary>The next block's facts.</summary>
    public IReadOnlyList<IFact> Block()
    {
        facts.Clear();
        block++;
        for (var operations = random.Next(1, 9); operations > 0; operations--)
        {
            Operate();
        }

        foreach (var last in facts.OfType<ChainRotated>().GroupBy(r => r.ChainHash).Select(g => g.Last()).Where(r => books.HasChain(r.ChainHash)).ToArray())
        {
            var (old, joined) = moves[last.Origin.LogIndex];
            facts[facts.IndexOf(last)] = last with { OldNode = new(old), NewNode = new(joined), Group = Ids(books.Chain(last.ChainHash).Group), Holes = [] };
        }

        return [.. facts];
    }

    private void Operate()
    {
        var node = random.Next(Math.Max(1, books.NodeCount));
        switch (random.Next(16))
        {
            case 0 or 1 when books.NodeCount < 40:
            case var _ when books.NodeCount < 8:
                facts.Add(new NodeRegistered(At(), new(books.NodeCount), "", "", "", "", 0, 0, ""));
                books.AddNode(books.NodeCount);
                break;
            case 2 when books.Node(node).Standing is NodeStanding.Active or NodeStanding.InMaintenance:
                var on = books.Node(node).Standing == NodeStanding.Active;
                books.SetMaintenance(node, on);
                facts.Add(new NodeMaintenanceChanged(At(), new(node), on));
                break;
            case 3:
                var compliant = random.Next(3) > 0;
                books.SetCompliance(node, compliant);
                facts.Add(new NodeComplianceChanged(At(), new(node), compliant));
                break;
            case 4 when books.Node(node).Standing == NodeStanding.Active && random.Next(3) == 0:
                books.BeginExit(node);
                facts.Add(new NodeExitStarted(At(), new(node)));
                break;
            case 5 when AnyChain() is { } chain && random.Next(3) == 0:
                books.DeleteChain(chain);
                stuck.Remove(chain);
                facts.Add(new ChainDeleted(At(), new(chain), chain, ""));
                break;
            case 6 or 7 when AnyChain() is { } chain && books.Chain(chain).Group is { Length: > 0 } group:
                Fail(chain, group[random.Next(group.Length)]);
                break;
            case > 11 when Enumerable.Range(0, books.NodeCount).Where(n => books.Node(n).Standing == NodeStanding.Leaving).ToArray() is { Length: > 0 } leavers:
                Exit(leavers[random.Next(leavers.Length)]);
                break;
            default:
                Create();
                break;
        }
    }

    private void Create()
    {
        var (name, units, size) = ($"ж{names++}", random.GetItems([0, 1, 4, 16, 128], 1)[0], random.Next(1, 6));
        var hash = Keccak.HashText(name);
        if (books.Candidates(units) >= size)
        {
            var at = At();
            facts.Add(new KeyCeremonyStarted(at, new(name), hash));
            facts.Add(new ChainBought(at, new(name), hash, "", units, size, TimeSpan.Zero, Ids(books.CreateChain(hash, units, size, at.ParentHash).Nodes)));
        }
    }

    private void Exit(int leaver)
    {
        if (books.NextToLeave(leaver) is not { } chain)
        {
            books.CompleteExit(leaver);
            facts.Add(new NodeExitCompleted(At(), new(leaver)));
        }
        else if (books.Spare(chain) > 0)
        {
            Rotate(At(), chain, leaver, RotationReason.NodeExit);
        }
    }

    private void Fail(string chain, int member)
    {
        var (at, restarts) = (At(), stuck.TryGetValue(chain, out var waiting));
        if (books.ContractFindsSpare(chain) is not { } spare || (restarts && !spare))
        {
            return;
        }

        if (restarts)
        {
            stuck.Remove(chain);
            Rotate(at, chain, waiting, RotationReason.RestartedCreation);
        }
        else if (spare)
        {
            facts.Add(new KeyCeremonyFailed(at, null, chain, new(member), new(0), false));
            var failure = facts.Count - 1;
            facts[failure] = ((KeyCeremonyFailed)facts[failure]) with { NewNode = new(Rotate(at, chain, member, RotationReason.FailedKeyCeremony)) };
        }
        else
        {
            stuck[chain] = member;
            facts.Add(new KeyCeremonyFailed(at, null, chain, new(member), null, true));
        }
    }

    private int Rotate(FactOrigin at, string chain, int old, RotationReason reason)
    {
        var joined = books.Replace(chain, old, reason == RotationReason.NodeExit ? ReplacementCause.Exit : ReplacementCause.FailedKeyCeremony, at.ParentHash).Picks[0].Node;
        moves[at.LogIndex] = (old, joined);
        facts.Add(new ChainRotated(
            at, null, chain, reason, reason == RotationReason.FailedKeyCeremony ? new NodeId(old) : null, reason == RotationReason.NodeExit ? null : new NodeId(joined), null, null, null, null));
        return joined;
    }

    private string? AnyChain() => books.Chains.Select(c => c.Hash).Order(StringComparer.Ordinal).ToArray() is { Length: > 0 } all ? all[random.Next(all.Length)] : null;

    private FactOrigin At() => new("test", 0, block, Keccak.HashText($"{seed} {block}"), Keccak.HashText($"{seed} {block - 1}"), default, Keccak.HashText($"{seed} tx {++log}"), log);

    private static NodeId[] Ids(IEnumerable<int> nodes) => [.. nodes.Select(n => new NodeId(n))];
}
