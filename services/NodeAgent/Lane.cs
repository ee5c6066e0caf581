using System.Collections.Immutable;
using Skale.Contracts;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>How a run along a plan ended.</summary>
/// <param name="Seen">What the engine holds for the chain now; null when that has to be looked up.</param>
/// <param name="Failure">Why the goal was not reached; null when it was.</param>
internal sealed record LaneResult(ChainSeen? Seen, string? Failure = null);

/// <summary>Brings one chain to its goal: carries out the plan, checks the end, and reports what is really so. One lane per chain at a time.</summary>
internal sealed class Lane(IContainerHost host, Reporter reporter, HostFacts facts, NodeAgentOptions options, SemaphoreSlim engineSlots, TimeProvider clock)
{
    private static readonly TimeSpan InspectEvery = TimeSpan.FromSeconds(1);

    /// <param name="inspect">Looks at the limits also when nothing had to be done.</param>
    public async Task<LaneResult> Run(ChainPlan plan, ChainSeen seen, bool inspect, CancellationToken cancellation)
    {
        try
        {
            return plan.Goal switch
            {
                Goal.Run goal => await Start(goal.Container, plan, seen, inspect, cancellation),
                Goal.Remove goal => await Remove(goal.Generation, plan, seen, cancellation),
                _ => new LaneResult(await CarryOut(plan, seen, cancellation)),
            };
        }
        catch (StepRefusedException e)
        {
            return plan.Goal is Goal.Run goal ? await Fail(goal.Container, null, e.Message) : new LaneResult(null, e.Message);
        }
    }

    private async Task<LaneResult> Start(SubnodeContainer container, ChainPlan plan, ChainSeen seen, bool inspect, CancellationToken cancellation)
    {
        if (ImageRule.Fault(container.Subnode.Image, options.Development) is { } fault)
        {
            throw new StepRefusedException(fault);
        }

        await TellOfEnd(container, plan, cancellation);
        var after = await CarryOut(plan, seen, cancellation);
        var answers = Answers(container, plan.IsDone ? options.HealthPatience : options.StartPatience, cancellation);
        var inspecting = inspect || !plan.IsDone || after.Containers.Any(c => c.Limits is null) ? host.Inspect(container.Name, cancellation) : Task.FromResult<ContainerFacts?>(null);
        await Task.WhenAll(answers, inspecting);
        if (await inspecting is { } found)
        {
            after = after with { Containers = [.. after.Containers.Select(c => c.Name == container.Name ? c with { Limits = found.Limits, ImageDigest = found.ImageDigest, Breach = found.Breach } : c)] };
        }

        if (after.Containers.FirstOrDefault(c => c.Name == container.Name)?.Breach is { } breach)
        {
            return await Fail(container, after, $"its container is less isolated than this agent makes them, and is replaced: {breach}");
        }

        if (await answers is { } silence)
        {
            return await Fail(container, null, silence);
        }

        if (after.Containers.FirstOrDefault(c => c.Name == container.Name) is not { Limits: { } limits, ImageDigest: { } digest } running)
        {
            return new LaneResult(null);
        }

        if (facts.Abilities.Differences(container.Asked, limits) is { Count: > 0 } differences)
        {
            return await Fail(container, after, $"its limits do not hold: {string.Join("; ", differences.Select(Words))}");
        }

        await reporter.Say(plan.Chain, new SubnodeAnswers(
            plan.Chain, container.Subnode.Generation, running.Id, digest, container.Endpoint, InForce(container.Subnode.Limits, limits),
            facts.Abilities.Unenforced(container.Asked, limits), HostAbilities.Readings(container.Asked, limits)));
        return new LaneResult(after);
    }

    /// <summary>What holds is in force as ordered, whatever the kernel's rounding; of the rest what was seen.</summary>
    private SliceLimits InForce(SliceLimits ordered, ImmutableSortedDictionary<Limit, LimitSeen> seen)
    {
        return ordered with
        {
            NanoCpus = Value(Limit.Cpu, ordered.NanoCpus),
            MemoryBytes = Value(Limit.Memory, ordered.MemoryBytes),
            Pids = (int)Value(Limit.Pids, ordered.Pids),
        };

        long Value(Limit limit, long asked) => facts.Abilities.Can(limit) ? asked : seen.GetValueOrDefault(limit)?.Value ?? 0;
    }

    private static string Words(LimitReading reading) =>
        $"{reading.Limit} ordered {reading.Ordered} {reading.Unit}, in force {(reading.InForce is { } value ? $"{value}" : "none")} ({reading.SeenIn ?? "not to be seen"})";

    /// <summary>A subnode that died is told of before it is started again: a repair must not hide what it repairs.</summary>
    private async Task TellOfEnd(SubnodeContainer container, ChainPlan plan, CancellationToken cancellation)
    {
        var steps = plan.Stages.SelectMany(s => s).ToArray();
        if (steps.OfType<Step.StartContainer>().Any() && !steps.OfType<Step.CreateContainer>().Any()
            && Ended(await host.Inspect(container.Name, cancellation)) is { } end)
        {
            await Fail(container, null, end);
        }
    }

    private async Task<LaneResult> Fail(SubnodeContainer container, ChainSeen? seen, string reason)
    {
        var subnode = container.Subnode;
        await reporter.Say(subnode.Chain, new SubnodeFails(subnode.Chain, subnode.Generation, reason));
        return new LaneResult(seen, reason);
    }

    /// <summary>Done only when the engine, asked again, shows nothing.</summary>
    private async Task<LaneResult> Remove(long generation, ChainPlan plan, ChainSeen seen, CancellationToken cancellation)
    {
        await CarryOut(plan, seen, cancellation);
        var left = (await host.Observe(plan.Chain, cancellation)).GetValueOrDefault(plan.Chain, ChainSeen.Nothing);
        if (left.IsNothing)
        {
            await reporter.Say(plan.Chain, new SubnodeGone(plan.Chain, generation));
        }

        return new LaneResult(left);
    }

    private async Task<ChainSeen> CarryOut(ChainPlan plan, ChainSeen seen, CancellationToken cancellation)
    {
        if (plan.IsDone)
        {
            return seen;
        }

        await engineSlots.WaitAsync(cancellation);
        try
        {
            foreach (var stage in plan.Stages)
            {
                // A step once begun is ended: half a request leaves a container nobody has seen.
                cancellation.ThrowIfCancellationRequested();
                var made = await Task.WhenAll(stage.Select(step => host.Do(step, CancellationToken.None)));
                seen = stage.Zip(made).Aggregate(seen, (s, done) => s.After(done.First, done.Second));
            }

            return seen;
        }
        finally
        {
            engineSlots.Release();
        }
    }

    /// <summary>Null as soon as the chain answers; else, when patience ends or the container does, why it does not.</summary>
    private async Task<string?> Answers(SubnodeContainer container, TimeSpan patience, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        var inspected = TimeSpan.Zero;
        while (await host.Probe(container, cancellation) is { } fault)
        {
            var waited = clock.GetElapsedTime(began);
            var isLast = waited >= patience;
            if (isLast || waited - inspected > InspectEvery)
            {
                // Asking the engine also tells a dead chain from an absent engine, which throws: unknown is never dead.
                inspected = waited;
                var found = await host.Inspect(container.Name, cancellation);
                if (Ended(found) is { } end)
                {
                    return end;
                }

                if (isLast)
                {
                    return $"its endpoint {container.Endpoint} {fault}{(found is { Restarts: > 0 and var times } ? $"; the engine has restarted it {times} times" : "")}";
                }
            }

            await Task.Delay(PauseAfter(waited), clock, cancellation);
        }

        return null;
    }

    private static string? Ended(ContainerFacts? found) => found switch
    {
        null => "its container is gone",
        { OutOfMemory: true, Phase: not ContainerPhase.Running } => "its container was killed for using more than its memory",
        { Phase: ContainerPhase.Created } => null,
        { Phase: ContainerPhase.Paused } => "its container is paused",
        { Phase: not ContainerPhase.Running } => $"its container ended with exit code {found.ExitCode}",
        _ => null,
    };

    /// <summary>A starting chain is asked at short intervals, since orders are waiting for it; a silent one is left more and more in peace.</summary>
    private static TimeSpan PauseAfter(TimeSpan waited) => TimeSpan.FromMilliseconds(waited.TotalSeconds switch
    {
        < 1 => 20,
        < 5 => 50,
        _ => 250,
    });
}
