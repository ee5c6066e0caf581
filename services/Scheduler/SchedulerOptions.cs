using Skale.EventStore;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler;

/// <summary>Section <c>Scheduler</c>.</summary>
public sealed class SchedulerOptions
{
    internal const string KeysDemanded = "required";
    private const string KeysPinned = "pinned";
    private const int LeastToken = 16;
    private static readonly TimeSpan ShortestRotation = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ShortestLoss = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestRotation = TimeSpan.FromDays(3660);

    /// <summary>The network this scheduler serves: one SKALE Manager, one scheduler, one log.</summary>
    public string Network { get; set; } = "";

    /// <summary>Placement strategy for chains whose group the contract does not name.</summary>
    public string Strategy { get; set; } = UniformPlacement.StrategyName;

    /// <summary>Image of the chains' containers.</summary>
    public string Image { get; set; } = SchedulingPolicy.Default.Image;

    /// <summary>Part of a machine that its 128 slices divide: above 0, at most 1.</summary>
    public double ShareForChains { get; set; } = SchedulingPolicy.Default.ShareForChains;

    /// <summary>How long a chain waits for nodes before it is refused.</summary>
    public TimeSpan Patience { get; set; } = SchedulingPolicy.Default.Patience;

    /// <summary>Bearer token of the API. Not set: it only reads, and only for this machine. At least 16 characters.</summary>
    public string? ApiToken { get; set; }

    /// <summary>Address of the bus as agents reach it, <c>rabbitmq://user:password@host/</c>; handed to machines that join. Not set: it is given to them by hand.</summary>
    public string? AgentsBus { get; set; }

    /// <summary>
    /// Whose reports are taken. <c>pinned</c>: of a node as which a machine has joined, what that machine has signed; of the others, everything. <c>required</c>: what is signed by a machine that has joined,
    /// and nothing else.
    /// </summary>
    public string AgentKeys { get; set; } = KeysPinned;

    /// <summary>
    /// ChainWatcher's key, as <c>skale audit keygen</c> prints it: facts that are not signed with it are refused. While a key is changed, the old one and the new, separated by a comma. Empty: facts are
    /// not checked, and whoever can publish on the bus can speak for the contract.
    /// </summary>
    public string WatcherKeys { get; set; } = "";

    /// <summary>Do not start without <see cref="WatcherKeys"/>.</summary>
    public bool DemandSignedFacts { get; set; }

    /// <summary>How each machine is divided.</summary>
    public CapacityOptions Capacity { get; set; } = new();

    /// <summary>The most that owners may have of what the scheduler places.</summary>
    public QuotaOptions Quotas { get; set; } = new();

    /// <summary>What can be asked for by name.</summary>
    public Dictionary<string, ProfileOptions> Profiles { get; set; } = ProfileOptions.Usual;

    /// <summary>How long a member of a chain may be without an answer before it is replaced, or, in a group that the contract chose, somebody is told.</summary>
    public TimeSpan MemberPatience { get; set; } = ReplacementPolicy.Default.MemberPatience;

    /// <summary>How long a leaving or incompliant node should at most need to hand over its chains.</summary>
    public TimeSpan DrainPatience { get; set; } = ReplacementPolicy.Default.DrainPatience;

    /// <summary>How long a node may be silent before it counts as lost; it is suspected after 15 s.</summary>
    public TimeSpan LostAfter { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The shortest time between two rotations of a chain that nothing forces; none when it is not set.</summary>
    public TimeSpan? RotateAtEarliest { get; set; }

    /// <summary>The longest; the same as the shortest when it is not set.</summary>
    public TimeSpan? RotateAtLatest { get; set; }

    internal bool DemandsAgentKeys => AgentKeys == KeysDemanded;

    internal IReadOnlyList<VerifierKey> Watchers => VerifierKey.ParseAll(WatcherKeys, "Scheduler:WatcherKeys");

    internal SchedulingPolicy Policy => new(Strategy, Image, ShareForChains, Patience, Capacity.Policy, new TenancyPolicy(
        Quotas.Default.Policy, Quotas.Owners.ToDictionary(o => o.Key, o => o.Value.Policy), Profiles.ToDictionary(p => p.Key, p => p.Value.Policy)))
    {
        Replacement = new(MemberPatience, DrainPatience, RotateAtEarliest is { } shortest ? new(shortest, RotateAtLatest ?? shortest) : null),
    };

    internal IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(Network))
        {
            yield return "Scheduler:Network is missing: the name of the network, as in ChainWatcher:Network.";
        }

        if (!Placement.Names.Contains(Strategy))
        {
            yield return $"Scheduler:Strategy is '{Strategy}'; there are: {string.Join(", ", Placement.Names)}.";
        }

        if (string.IsNullOrWhiteSpace(Image))
        {
            yield return "Scheduler:Image is missing: the image that chains run.";
        }

        if (ShareForChains is not (> 0 and <= 1))
        {
            yield return $"Scheduler:ShareForChains is {ShareForChains}; allowed is above 0 and at most 1.";
        }

        if (Patience <= TimeSpan.Zero)
        {
            yield return $"Scheduler:Patience is {Patience}; it must be above zero.";
        }

        if (MemberPatience <= TimeSpan.Zero)
        {
            yield return $"Scheduler:MemberPatience is {MemberPatience}; it must be above zero.";
        }

        if (DrainPatience <= TimeSpan.Zero)
        {
            yield return $"Scheduler:DrainPatience is {DrainPatience}; it must be above zero.";
        }

        if (LostAfter < ShortestLoss)
        {
            yield return $"Scheduler:LostAfter is {LostAfter}; it must be at least {ShortestLoss}.";
        }

        if (RotateAtEarliest is { } shortest && shortest < ShortestRotation)
        {
            yield return $"Scheduler:RotateAtEarliest is {shortest}; it must be at least {ShortestRotation}, or not set.";
        }

        if (RotateAtLatest is { } longest && !(longest >= RotateAtEarliest && longest <= LongestRotation))
        {
            yield return $"Scheduler:RotateAtLatest is {longest}; it must be between Scheduler:RotateAtEarliest, which is {(RotateAtEarliest is { } e ? $"{e}" : "not set")}, and {LongestRotation}.";
        }

        if (AgentKeys is not (KeysPinned or KeysDemanded))
        {
            yield return $"Scheduler:AgentKeys is '{AgentKeys}'; allowed are {KeysPinned} and {KeysDemanded}.";
        }

        if (SealException.ProblemOf(() => _ = Watchers) is { } watchers)
        {
            yield return watchers;
        }

        if (DemandSignedFacts && WatcherKeys.Length == 0)
        {
            yield return "Scheduler:DemandSignedFacts is true and Scheduler:WatcherKeys empty; set it to what 'skale audit keygen' printed when it made ChainWatcher's key (Facts:SigningKey).";
        }

        if (ApiToken is { Length: > 0 and < LeastToken })
        {
            yield return $"Scheduler:ApiToken has {ApiToken.Length} characters; at least {LeastToken} are asked for, such as those of 'openssl rand -hex 32'.";
        }

        foreach (var several in Profiles.Where(p => p.Value.Contract).GroupBy(p => (p.Value.Slices, p.Value.GroupSize)).Where(g => g.Count() > 1))
        {
            yield return $"Scheduler:Profiles: {string.Join(" and ", several.Select(p => p.Key).Order(StringComparer.Ordinal))} are all for the contract's chains of {several.Key.Slices} slices of {several.Key.GroupSize} nodes; set Contract in one of them.";
        }

        foreach (var problem in Capacity.Problems().Concat(Quotas.Problems()).Concat(Profiles.OrderBy(p => p.Key, StringComparer.Ordinal).SelectMany(p => p.Value.Problems(p.Key))))
        {
            yield return problem;
        }
    }
}
