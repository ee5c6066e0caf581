using Skale.Contracts;

namespace Skale.SkaleManager;

public sealed partial class FactBooks
{
    /// <summary>Computes a choice of the contract again, on a fork: call it before the fact is followed. Null for a fact that tells none.</summary>
    public CheckedChoice? Check(IFact fact) => fact switch
    {
        ChainBought e => Check(new(e, ChoiceKind.Created, e.ChainHash, Finding.NotComputable) { Chain = e.Chain, Group = e.Group }, c => Creation(e, c)),
        ChainRotated e => Check(
            new(e, ChoiceKind.Replaced, e.ChainHash, Finding.NotComputable) { Chain = e.Chain, Group = e.Group, OldNode = e.OldNode, NewNode = e.NewNode }, c => Replacement(e, c)),
        KeyCeremonyFailed { Stuck: true } e => Check(new(e, ChoiceKind.Stuck, e.ChainHash, Finding.NotComputable) { Chain = e.Chain, OldNode = e.BadNode }, c => Stop(e, c)),
        _ => null,
    };

    /// <summary>
    /// Who can be meant when a rotation does not say who left: members that leave the network and would leave this chain next, or who failed the ceremony that was stuck.
    /// </summary>
    public IReadOnlyList<NodeId> LeaversOf(ChainRotated e) => e switch
    {
        { OldNode: { } known } => [known],
        _ when Doubt is not null || !books.HasChain(e.ChainHash) => [],
        { Reason: RotationReason.NodeExit } => Ids(books.Chain(e.ChainHash).Group.Where(n => books.Node(n).Standing == NodeStanding.Leaving && LeavesNext(n, e.ChainHash))),
        _ => stuck.TryGetValue(e.ChainHash, out var failed) ? [failed] : [],
    };

    /// <summary>The contract would have refused what happened when the books refuse it: a difference.</summary>
    private CheckedChoice Check(CheckedChoice choice, Func<CheckedChoice, CheckedChoice> compute)
    {
        if (Doubt is not null)
        {
            return choice with { Reason = Doubt };
        }

        try
        {
            return compute(choice);
        }
        catch (PlacementException e)
        {
            return choice with { Finding = Finding.Differs, Reason = e.Message };
        }
    }

    private CheckedChoice Creation(ChainBought e, CheckedChoice choice)
    {
        if (e.Group is null)
        {
            return choice with { Reason = "no log names the group" };
        }

        var selection = books.Fork().CreateChain(e.ChainHash, e.Slices, e.Group.Count, e.Origin.ParentHash);
        var computed = Ids(selection.Nodes);
        return choice with
        {
            Finding = computed.SequenceEqual(e.Group) ? Finding.Agrees : UntoldMoves() is null ? Finding.Differs : Finding.NotComputable,
            Reason = computed.SequenceEqual(e.Group) ? null : UntoldMoves(),
            ComputedGroup = computed,
            Selection = selection,
        };
    }

    private CheckedChoice Replacement(ChainRotated e, CheckedChoice choice)
    {
        if (LeaversOf(e) is not [var old])
        {
            return choice with { Reason = NoLeaver(e) };
        }

        var after = books.Fork();
        var finds = Cause(e) == ReplacementCause.Exit || books.ContractFindsSpare(e.ChainHash) == true;
        var selection = after.Replace(e.ChainHash, Index(old), Cause(e), e.Origin.ParentHash);
        var (computed, group) = (Ids(selection.Nodes)[0], Ids(after.Chain(e.ChainHash).Group));
        var reason = e.Reason == RotationReason.NodeExit && !LeavesNext(Index(old), e.ChainHash) ? $"node {old} would leave chain {books.NextToLeave(Index(old))} next"
            : e.Reason == RotationReason.RestartedCreation && stuck.TryGetValue(e.ChainHash, out var failed) && failed != old ? $"node {failed} had failed the ceremony that was stuck"
            : finds ? null : "by its own count the contract finds no node to spare";
        return choice with
        {
            Finding = reason is not null || (e.NewNode ?? computed) != computed || !IsGroup(e, group) ? Finding.Differs : e.NewNode is null && e.Group is null ? Finding.Untold : Finding.Agrees,
            Reason = reason,
            OldNode = old,
            NewNode = e.NewNode ?? Told(e, books.Chain(e.ChainHash).Group.IndexOf(Index(old))),
            ComputedNode = computed,
            ComputedGroup = group,
            Selection = selection,
        };
    }

    private CheckedChoice Stop(KeyCeremonyFailed e, CheckedChoice choice) => choice with
    {
        Finding = books.ContractFindsSpare(e.ChainHash) == false ? Finding.Agrees : Finding.Differs,
        Reason = books.ContractFindsSpare(e.ChainHash) switch
        {
            false => null,
            true => $"there are nodes to spare: {books.Spare(e.ChainHash)}",
            null => "the contract's count of nodes to spare falls below zero, so it would have reverted",
        },
    };

    private NodeId Leaver(ChainRotated e) => LeaversOf(e) is [var one] ? one : throw new PlacementException(NoLeaver(e));

    private string NoLeaver(ChainRotated e) =>
        $"chain {e.Chain?.Value ?? e.ChainHash} was rotated in block {e.Origin.BlockNumber}, and nothing tells who left: {(LeaversOf(e) is { Count: > 0 } several ? $"it may be {string.Join(" or ", several)}" : "no member could")}";

    private bool LeavesNext(int node, string chainHash) => books.NextToLeave(node) == Hash.Normalise(chainHash);

    /// <summary>Who stands at an index afterwards; null when the contract does not say, or when nobody does.</summary>
    private static NodeId? Told(ChainRotated e, int index) => index >= 0 && index < e.Group?.Count && e.Holes?.Contains(index) != true ? e.Group[index] : null;

    /// <summary>Whether this is the group that the contract names; what it names nobody at is left open.</summary>
    private static bool IsGroup(ChainRotated e, IReadOnlyList<NodeId> group) =>
        e.Group is null || (e.Group.Count == group.Count && group.Where((node, index) => e.Holes?.Contains(index) != true && node != e.Group[index]).FirstOrDefault(new NodeId(-1)).Value < 0);

    /// <summary>While no fact ever told of a key ceremony, a leaving node may have left chains unseen.</summary>
    private string? UntoldMoves()
    {
        var leaver = tellsReplacements ? -1 : Enumerable.Range(0, books.NodeCount).FirstOrDefault(n => books.Node(n).Standing == NodeStanding.Leaving && books.NextToLeave(n) is not null, -1);
        return leaver < 0 ? null : $"node {leaver} is leaving, and no fact tells which chains have been moved";
    }
}
