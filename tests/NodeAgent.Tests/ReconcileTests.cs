using System.Collections.Immutable;
using Skale.Contracts;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent.Tests;

public sealed class ReconcileTests
{
    private static readonly ChainName Alpha = new("alpha");
    private readonly Subnode alpha = Some.Subnode("alpha", 1);
    private readonly Dictionary<ChainName, ChainSeen> seen = [];
    private readonly Dictionary<ChainName, Trial> trials = [];

    [Fact]
    public void a_new_chain_gets_network_and_volume_then_container_then_start()
    {
        var plan = Single(Some.Desired(true, alpha));
        Assert.Equal(
            [[typeof(Step.CreateNetwork), typeof(Step.CreateVolume)], [typeof(Step.CreateContainer)], [typeof(Step.StartContainer)]],
            plan.Stages.Select(s => s.Select(step => step.GetType())));
    }

    [Fact]
    public void a_chain_that_runs_as_ordered_needs_nothing()
    {
        seen[Alpha] = Some.Running(alpha);
        Assert.True(Single(Some.Desired(true, alpha)).IsDone);
    }

    [Fact]
    public void a_running_container_of_an_earlier_generation_with_the_same_spec_is_kept()
    {
        seen[Alpha] = Some.Running(alpha);
        Assert.True(Single(Some.Desired(true, alpha with { Generation = 8 })).IsDone);
    }

    [Fact]
    public void a_plan_carried_out_leaves_nothing_to_do()
    {
        for (var run = 0; run < 300; run++)
        {
            var seed = Random.Shared.Next();
            var random = new Random(seed);
            seen[Alpha] = Anything(random);
            var desired = Some.Desired(true, random.Next(3) == 0 ? [] : [alpha]);
            if (random.Next(2) == 0 && desired.Subnodes.IsEmpty)
            {
                desired = desired with { Removals = desired.Removals.Add(Alpha, 3) };
            }

            foreach (var step in Plans(desired).SelectMany(p => p.Stages).SelectMany(s => s))
            {
                seen[Alpha] = seen.GetValueOrDefault(Alpha, ChainSeen.Nothing).After(step, "new");
            }

            Assert.True(Plans(desired).All(p => p.IsDone), $"seed {seed}");
        }
    }

    [Fact]
    public void another_image_replaces_the_container_and_keeps_the_volume()
    {
        seen[Alpha] = Some.Running(alpha);
        var plan = Single(Some.Desired(true, alpha with { Image = "other:1" }));
        Assert.Equal(new Step.RemoveContainer("id", Gracefully: true), plan.Stages[0][0]);
        Assert.DoesNotContain(plan.Stages.SelectMany(s => s), s => s is Step.RemoveVolume or Step.CreateVolume);
    }

    [Fact]
    public void limits_that_differ_are_put_right_without_a_restart()
    {
        seen[Alpha] = Some.Running(alpha);
        var step = Assert.Single(Single(Some.Desired(true, alpha with { Limits = alpha.Limits with { Pids = 99 } })).Stages.SelectMany(s => s));
        Assert.IsType<Step.SetLimits>(step);
    }

    [Fact]
    public void a_limit_the_host_cannot_hold_is_not_tried_for_ever()
    {
        seen[Alpha] = Some.Running(alpha);
        var desired = Some.Desired(true, alpha with { Limits = alpha.Limits with { Pids = 99 } });
        var abilities = HostAbilities.All.Without(Limit.Pids, "no such group");
        Assert.True(Reconcile.Plan(desired, seen, abilities, Some.Place, trials, Some.Time)[0].IsDone);
        Assert.Equal(["pids: no such group"], abilities.Unenforced(Some.Container(alpha).Asked, Some.Seen(alpha)));
    }

    [Fact]
    public void a_container_that_ended_is_started_again()
    {
        var running = Some.Running(alpha);
        seen[Alpha] = running with { Containers = [running.Containers[0] with { Phase = ContainerPhase.Stopped }] };
        Assert.IsType<Step.StartContainer>(Assert.Single(Single(Some.Desired(true, alpha)).Stages.SelectMany(s => s)));
    }

    [Fact]
    public void a_removal_destroys_data_last()
    {
        seen[Alpha] = Some.Running(alpha);
        var plan = Single(Some.Desired(false) with { Removals = ImmutableSortedDictionary<ChainName, long>.Empty.Add(Alpha, 2) });
        Assert.IsType<Step.RemoveVolume>(plan.Stages[^1][0]);
        Assert.Equal(new Goal.Remove(2), plan.Goal);
    }

    [Fact]
    public void a_chain_that_is_merely_absent_keeps_its_data()
    {
        seen[Alpha] = Some.Running(alpha);
        var steps = Single(Some.Desired(true)).Stages.SelectMany(s => s).ToArray();
        Assert.Equal([typeof(Step.RemoveContainer), typeof(Step.RemoveNetwork)], steps.Select(s => s.GetType()));
    }

    [Fact]
    public void before_the_scheduler_has_confirmed_nothing_is_a_leftover()
    {
        seen[Alpha] = Some.Running(alpha);
        Assert.Empty(Plans(Some.Desired(confirmed: false)));
    }

    [Fact]
    public void a_failing_chain_waits_longer_each_time_and_a_new_order_starts_anew()
    {
        var plan = Single(Some.Desired(true, alpha));
        var (first, second) = (Trial.Failed(null, plan, Some.Time), Trial.Failed(Trial.Failed(null, plan, Some.Time), plan, Some.Time));
        Assert.True(second.NotBefore > first.NotBefore);
        trials[Alpha] = first;
        Assert.Empty(Plans(Some.Desired(true, alpha)));
        Assert.Single(Plans(Some.Desired(true, alpha with { Generation = 2 })));
        Assert.Single(Plans(Some.Desired(true, alpha), first.NotBefore));
    }

    private IReadOnlyList<ChainPlan> Plans(Desired desired, DateTimeOffset? now = null) =>
        Reconcile.Plan(desired, seen, HostAbilities.All, Some.Place, trials, now ?? Some.Time);

    private ChainPlan Single(Desired desired) => Assert.Single(Plans(desired));

    private ChainSeen Anything(Random random)
    {
        var name = Some.Container(alpha).Name;
        var phases = Enum.GetValues<ContainerPhase>().Where(p => p is not (ContainerPhase.Paused or ContainerPhase.Restarting)).ToArray();
        return new ChainSeen(
            [.. Enumerable.Range(0, random.Next(3)).Select(i => new ContainerSeen(
                $"c{i}", i == 0 ? name : $"stray{i}", random.Next(2) == 0 ? Some.Container(alpha).SpecHash : "old", phases[random.Next(phases.Length)],
                Some.Seen(random.Next(2) == 0 ? alpha : alpha with { Slices = 2 }), Breach: random.Next(5) == 0 ? "privileged" : null))],
            [.. Enumerable.Range(0, random.Next(3)).Select(i => new PartSeen($"n{i}", i == 0 ? name : $"stray{i}"))],
            [.. Enumerable.Range(0, random.Next(2)).Select(_ => new PartSeen(name, name))]);
    }
}
