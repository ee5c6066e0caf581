using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent.Tests;

/// <summary>A chain that answers and dies, again and again, is left alone longer and longer; only lasting health wipes that out.</summary>
public sealed class CrashLoopTests
{
    private readonly SubnodeContainer container = Some.Container(Some.Subnode("alpha", 1));
    private readonly ChainTrack track = new();
    private DateTimeOffset now = Some.Time;

    [Fact]
    public void each_restart_doubles_the_pause_and_lasting_health_ends_it()
    {
        double[] pauses = [.. Enumerable.Range(0, 4).Select(_ => Pause())];
        Assert.Equal([1, 2, 4, 8], pauses);

        now += TimeSpan.FromSeconds(5);
        Run();
        Assert.Equal(16, Pause());

        now += TimeSpan.FromSeconds(10);
        Run();
        Assert.Null(track.Trial);
        Assert.Equal(1, Pause());
    }

    [Fact]
    public void the_first_start_of_a_container_is_no_restart()
    {
        Run(new Step.CreateContainer(container), new Step.StartContainer(container));
        Assert.Null(track.Trial);
    }

    private double Pause()
    {
        Run(new Step.StartContainer(container));
        var pause = (track.Trial!.NotBefore - now).TotalSeconds;
        now = track.Trial.NotBefore;
        return pause;
    }

    private void Run(params Step[] steps)
    {
        var plan = new ChainPlan(container.Subnode.Chain, new Goal.Run(container), steps.Length == 0 ? [] : [[.. steps]]);
        track.Begin(plan, now, _ => Task.FromResult(new LaneResult(ChainSeen.Nothing)), CancellationToken.None);
        track.End(new LaneResult(ChainSeen.Nothing), now, TimeSpan.FromSeconds(5));
    }
}
