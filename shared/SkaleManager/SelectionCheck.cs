using Skale.Contracts;

namespace Skale.SkaleManager;

/// <summary>Computes every choice of a contract again, block by block from its first, and follows what the contract said.</summary>
public sealed class SelectionCheck
{
    private FactBooks books = new();

    /// <summary>The choices of one block.</summary>
    /// <param name="block">All its facts in order.</param>
    public IReadOnlyList<CheckedChoice> Follow(IReadOnlyList<IFact> block)
    {
        (books, var choices) = Follow(books, block);
        return [.. Settled(choices).Select(c => c.Finding != Finding.Untold ? c : c with
        {
            Finding = Finding.NotComputable,
            Reason = "computed, but nothing tells what the contract chose: it keeps a chain's last rotation of a block only, and was not asked or had no answer",
        })];
    }

    private static (FactBooks Books, List<CheckedChoice> Choices) Follow(FactBooks books, IReadOnlyList<IFact> facts)
    {
        var choices = new List<CheckedChoice>();
        for (var at = 0; at < facts.Count; at++)
        {
            if (facts[at] is ChainRotated { OldNode: null } rotated && books.LeaversOf(rotated) is { Count: > 1 } leavers)
            {
                var (after, rest) = Try(books, leavers, rotated, [.. facts.Skip(at + 1)]);
                return (after, [.. choices, .. rest]);
            }

            if (books.Check(facts[at]) is { } choice)
            {
                choices.Add(choice);
            }

            books.Follow(facts[at]);
            if (facts[at] is ChainBought { Group: null } bought)
            {
                books.PutInDoubt($"no log names the group of chain {bought.Chain}, bought in block {bought.Origin.BlockNumber}");
            }
        }

        return (books, choices);
    }

    /// <summary>The leaver with whom the rest of the block agrees best; when several do, the books go on with one of them in doubt.</summary>
    private static (FactBooks Books, List<CheckedChoice> Choices) Try(FactBooks books, IReadOnlyList<NodeId> leavers, ChainRotated rotated, IFact[] rest)
    {
        var outcomes = leavers
            .Select(leaver => (Outcome: Follow(books.Fork(), [rotated with { OldNode = leaver }, .. rest]), Leaver: leaver))
            .Select(o => (o.Outcome, o.Leaver, Open: Settled(o.Outcome.Choices).Count(c => c.Finding != Finding.Agrees)))
            .OrderBy(o => o.Open).ToArray();
        var best = outcomes.TakeWhile(o => o.Open == outcomes[0].Open).Select(o => o.Leaver).ToArray();
        if (best.Length > 1)
        {
            outcomes[0].Outcome.Books.PutInDoubt(
                $"chain {rotated.Chain?.Value ?? rotated.ChainHash} was rotated in block {rotated.Origin.BlockNumber}, and nothing tells which of the nodes {string.Join(", ", best)} left");
        }

        return outcomes[0].Outcome;
    }

    /// <summary>The group that the contract names behind a chain's last rotation tells of those before it in the block too.</summary>
    private static IEnumerable<CheckedChoice> Settled(List<CheckedChoice> choices) => choices.Select((choice, at) =>
        choice.Finding != Finding.Untold || choices.Skip(at + 1).LastOrDefault(c => c.ChainHash == choice.ChainHash && c is { Kind: ChoiceKind.Replaced, Group: not null }) is not { } last ? choice
        : Continues(last) ? choice with { Finding = Finding.Agrees, NewNode = choice.ComputedNode }
        : choice with { Finding = Finding.Differs, Group = last.Group, ComputedGroup = last.ComputedGroup, Reason = $"the group at the end of the block does not come of it{(last.ComputedGroup is null ? $": {last.Reason}" : "")}" });

    /// <summary>Whether the group that a rotation was computed from is the contract's, whoever came last.</summary>
    private static bool Continues(CheckedChoice last) => last.ComputedGroup is { } computed && last.Group is { } told && computed.Count == told.Count
        && computed.Where((node, index) => node != last.ComputedNode && ((ChainRotated)last.Fact).Holes?.Contains(index) != true && node != told[index]).FirstOrDefault(new NodeId(-1)).Value < 0;
}
