namespace Skale.Metrics.Domain;

/// <summary>Says in one sentence what operators asked of chains and nodes that run, and what came of it.</summary>
internal static class OperatorSentences
{
    public static string Of(object content) => content switch
    {
        ChainRotationRequested e => $"{(e.Node is { } node ? $"node {node}" : "any member")} of chain {e.Chain} is to be replaced: asked for",
        ChainResizeRequested e => $"chain {e.Chain} is to have {Sentences.Slices(e.Slices)} of each node: asked for",
        NodeDrainRequested e => $"the chains of node {e.Node} {(e.Drain ? "are to be moved away" : "may stay")}: asked for",
        JoinTokenRequested e => $"a token to join as node {e.Node}: asked for",
        JoinTokenIssued e => $"who has the token may join as node {e.Node} until {e.ExpiresAt:u}",
        NodeJoinRequested e => $"a machine with a token asked to join as node {e.Node}",
        NodeJoined e => $"a machine joined as node {e.Node}, its key is {e.IdentityKey}",
        NodeDrainChanged e => $"node {e.Node} {(e.Drain ? "hands over its chains: its operator drains it" : "keeps its chains: it is drained no longer")}",
        ChainResized e => $"chain {e.Chain} has {Sentences.Slices(e.After)} of each node from now on, {e.Before} before",
        SlicesResized e => $"node {e.Node} holds {Sentences.Slices(e.After)} for {e.Chain}, {e.Before} before",
        LimitsOrdered e => $"ordered node {e.Node} to give {e.Chain} the limits of {Sentences.Slices(e.Subnode.Slices)} while it runs (generation {e.Generation})",
        ChainImageRequested e => $"the members of chain {e.Chain} are to run image '{e.Image}': asked for",
        ImageChangeStarted e => $"chain {e.Chain}: its members get image '{e.To}' instead of '{e.From}', one after the other",
        ImageOrdered e => $"ordered node {e.Node} to run {e.Chain} from image '{e.Subnode.Image}', with the data it has (generation {e.Generation})",
        ImageChangeFailed e => $"chain {e.Chain}: image '{e.To}' fails on node {e.Node}, so that no other member gets it and those that have it go back to '{e.From}': {e.Reason}",
        ImageChangeCompleted e => $"chain {e.Chain}: every member serves with image '{e.Image}'",
        ImageChangeRolledBack e => $"chain {e.Chain}: every member serves with image '{e.Image}' again",
        _ => ReplacementSentences.Of(content),
    };
}
