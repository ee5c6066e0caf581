namespace Skale.ChainWatcher.Tests.Simulation;

/// <summary>What happens around the watcher: blocks, reorganisations, outages, and whether endpoints lie just now.</summary>
internal sealed class SimWorld
{
    private readonly Random random;
    private readonly int finalityDepth;
    private readonly int deepest;
    private int requests;

    public SimWorld(int seed, string maintenance)
    {
        random = new Random(seed);
        Policy = random.Next(4) switch { 0 => "finalized", 1 => $"depth:{random.Next(1, 9)}", 2 => "safe", _ => "latest" };
        finalityDepth = random.Next(4, 70);
        deepest = random.Next(4) == 0 ? 90 : 12;
        Chain = new SimChain(random, maintenance, "aa", random.Next(3) == 0 ? random.Next(70, 160) : random.Next(1, 30));
        Other = new SimChain(random, maintenance, "bb", 300);
        IsFinal = Policy is "finalized" or "safe";
        Endpoints.Add(new SimEndpoint(this, Chain, ChainId, random) { MostBlocks = random.Next(3) == 0 ? random.Next(1, 30) : 0 });
        for (var more = random.Next(3); more > 0; more--)
        {
            Endpoints.Add(new SimEndpoint(this, Chain, ChainId, random));
        }

        if (random.Next(3) == 0)
        {
            // Of another chain, or of one with the same id; it answers later.
            Endpoints.Insert(random.Next(0, Endpoints.Count + 1), new SimEndpoint(this, Other, random.Next(2) == 0 ? ChainId : 5, random) { IsDown = true, IsStranger = true });
        }

        Finalized = IsFinal ? Math.Max(0, Chain.Head.Number - finalityDepth) : 0;
    }

    public const long ChainId = 31337;

    public SimClock Clock { get; } = new();

    public SimChain Chain { get; }

    /// <summary>Another chain, on which the watcher has no business.</summary>
    public SimChain Other { get; }

    public List<SimEndpoint> Endpoints { get; } = [];

    /// <summary>Finality of the watcher.</summary>
    public string Policy { get; }

    /// <summary>Nothing up to <see cref="Finalized"/> is ever replaced.</summary>
    public bool IsFinal { get; }

    public long Finalized { get; private set; }

    /// <summary>What was final before the last reorganisation: a node that has missed it knows no more.</summary>
    public long FinalizedBefore { get; private set; }

    public bool IsNoisy { get; private set; } = true;

    /// <summary>The watcher's process is killed after so many requests and commits; 0 for never.</summary>
    public int KillAfter { get; set; }

    public bool IsKilled { get; set; }

    /// <summary>The watcher knows its chain: before that it cannot tell a stranger.</summary>
    public bool IsOpened { get; set; }

    /// <summary>What a killed process waits for.</summary>
    public Task NeverAgain { get; } = new TaskCompletionSource().Task;

    /// <summary>It asks and asks: no life needs so many requests.</summary>
    public bool IsRunaway => requests > 50_000;

    /// <summary>Called at each point where a process may die.</summary>
    public bool MayDie()
    {
        requests++;
        IsKilled |= (KillAfter > 0 && --KillAfter == 0) || IsRunaway;
        return IsKilled;
    }

    /// <summary>Called right before each request: the world may have changed since the one before.</summary>
    public bool KillsBeforeRequest()
    {
        if (IsNoisy && random.Next(12) == 0)
        {
            Change();
        }

        return MayDie();
    }

    /// <summary>Something happens.</summary>
    public void Change()
    {
        if (random.Next(4) == 0)
        {
            var most = IsFinal ? (int)(Chain.Head.Number - Finalized) : deepest;
            FinalizedBefore = Finalized;
            Chain.Reorganise(Math.Min(most, random.Next(3) == 0 ? random.Next(1, deepest + 1) : random.Next(1, 4)), most);
        }
        else
        {
            Chain.Mine(random.Next(1, 4));
        }

        Finalized = IsFinal ? Math.Max(Finalized, Chain.Head.Number - finalityDepth) : 0;
        var endpoint = Endpoints[random.Next(Endpoints.Count)];
        if (endpoint.IsStranger && !IsOpened)
        {
            return;
        }

        (endpoint.IsDown, endpoint.Behind) = random.Next(6) switch
        {
            0 when Endpoints.Count > 1 => (true, 0),
            1 => (false, random.Next(20)),
            _ => (false, 0),
        };
    }

    /// <summary>From now on nobody lies; the chain grows until all that is in it can be believed.</summary>
    public void BeQuiet()
    {
        (IsNoisy, KillAfter) = (false, 0);
        Endpoints.ForEach(e => (e.IsDown, e.Behind) = (e.IsStranger && !IsOpened, 0));
        Chain.Mine(20 + (IsFinal ? finalityDepth : 0));
        Finalized = IsFinal ? Math.Max(Finalized, Chain.Head.Number - finalityDepth) : 0;
    }

    /// <summary>The last block that the policy believes at the end.</summary>
    public long Believed => Policy switch
    {
        "latest" => Chain.Head.Number,
        "finalized" or "safe" => Finalized,
        _ => Chain.Head.Number - Depth,
    };

    /// <summary>The highest block that may be visible outside at this moment.</summary>
    public long MostVisible => IsFinal ? Finalized : Chain.Highest - Depth;

    private long Depth => Policy.StartsWith("depth:", StringComparison.Ordinal) ? Policy[^1] - '0' : 0;
}
