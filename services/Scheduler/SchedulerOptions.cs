using Skale.Scheduler.Domain;

namespace Skale.Scheduler;

/// <summary>Section <c>Scheduler</c>.</summary>
public sealed class SchedulerOptions
{
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

    internal SchedulingPolicy Policy => new(Strategy, Image, ShareForChains, Patience);

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
    }
}
