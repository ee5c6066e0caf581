using Skale.Contracts;

namespace Skale.Scheduler.Domain;

/// <summary>
/// The saga that gives a chain another image, one member after the other: a member that serves is changed only while all others serve. The first that does not serve with the new image
/// stops it, and whoever has that image goes back in the same way. Newcomers get the image that has proven itself, and the other when that has.
/// </summary>
internal static class Rollout
{
    /// <summary>Why not; null when nothing forbids it.</summary>
    public static (RefusalCause Cause, string Reason)? Refusal(Network network, Chain? chain, ChainImageRequested e) => chain switch
    {
        null => (RefusalCause.NotFound, $"there is no chain '{e.Chain}'"),
        { HasGroup: false } => (RefusalCause.Conflict, $"chain '{e.Chain}' does not run: {chain.Phase}"),
        _ when ImageReference.Fault(e.Image) is { } fault => (RefusalCause.Invalid, fault),
        _ when ImageReference.IsByDigest(Proven(network, chain)) && !ImageReference.IsByDigest(e.Image) => (RefusalCause.Invalid,
            $"chain '{e.Chain}' runs an image that is named by digest; name the new one by digest (NAME@sha256:...) too, for '{e.Image}' is whatever somebody moves its tag to"),
        _ => null,
    };

    /// <summary>Also when every member has the image: it is then over at once.</summary>
    public static ImageChangeStarted Begin(Network network, Chain chain, ChainImageRequested e, DateTimeOffset now) => new(chain.Name, e.Request, Proven(network, chain), e.Image, now);

    /// <summary>What a member that has no order yet is to run.</summary>
    public static string ImageFor(Network network, Chain chain) => chain.ImageChange?.From ?? chain.Image ?? chain.Terms?.Image ?? chain.Kit?.Image ?? network.Policy.Image;

    public static IReadOnlyList<object> Proceed(Network network, Chain chain, DateTimeOffset now)
    {
        if (chain.ImageChange is not { } change)
        {
            return [];
        }

        var members = chain.Group.Select(n => chain.Members[n]).ToArray();
        if (change.Failure is null && change.To != change.From && members.FirstOrDefault(m => Runs(m, change.To) && Fails(m, now)) is { } failed)
        {
            return [new ImageChangeFailed(chain.Name, failed.Node, change.From, change.To, failed.Reason ?? "it has not answered in time", now)];
        }

        var absent = members.Where(m => !m.Serves).ToArray();
        if (absent.Any(m => Runs(m, change.Target)))
        {
            return [];
        }

        return (absent.Length > 0 ? absent.Where(m => m.Phase != MemberPhase.Running) : members).FirstOrDefault(m => m.HasOrder && !Runs(m, change.Target) && network.Nodes[m.Node].Presence == Presence.Heard) is { } next
                ? [Order(network, next, change.Target, now)]
            : absent.Length > 0 || !members.All(m => Runs(m, change.Target)) ? []
            : Newcomer(chain) is { HasOrder: true } newcomer && !Runs(newcomer, change.Target) ? newcomer.Serves ? [] : [Order(network, newcomer, change.Target, now)]
            : change.Failure is null ? [new ImageChangeCompleted(chain.Name, change.To, now)]
            : [new ImageChangeRolledBack(chain.Name, change.From, now)];
    }

    /// <summary>How far it is, for people.</summary>
    public static string Progress(Chain chain, ImageChange change)
    {
        var done = chain.Group.Count(n => chain.Members[n] is { Serves: true } member && Runs(member, change.Target));
        var figures = $"{done} of {chain.Group.Length} members serve with '{change.Target}'";
        return $"{(change.Failure is { } failure ? $"stopped, since {failure}; going back: {figures}" : figures)}{(chain.FirstAbsent() is { } absent ? $"; node {absent.Node} does not serve" : "")}";
    }

    /// <summary>What its members ran last before anybody asked for another.</summary>
    private static string Proven(Network network, Chain chain) =>
        chain.ImageChange?.From ?? chain.Image ?? chain.Terms?.Image ?? chain.Kit?.Image ?? chain.Group.Select(n => chain.Members[n].Told?.Image).FirstOrDefault(i => i is not null) ?? network.Policy.Image;

    /// <summary>One that serves is about to be a member.</summary>
    private static Member? Newcomer(Chain chain) => chain.Underway is { } underway ? chain.Members[underway.New] : null;

    private static bool Runs(Member member, string image) => member.Told?.Image == image;

    private static bool Fails(Member member, DateTimeOffset now) => member.Phase == MemberPhase.Failing || (member.AwaitsImage && member.Deadline <= now);

    private static ImageOrdered Order(Network network, Member member, string image, DateTimeOffset now)
    {
        var generation = network.Nodes[member.Node].Generation + 1;
        return new(member.Node, member.Subnode!.Chain, generation, member.Subnode with { Image = image, Generation = generation }, now);
    }
}
