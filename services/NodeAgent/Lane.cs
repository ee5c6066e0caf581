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
    private readonly AnswerWait wait = new(host, clock);

    /// <param name="inspect">Looks at the limits also when nothing had to be done.</param>
    /// <param name="isSettled">It was found like this before and told of.</param>
    public async Task<LaneResult> Run(ChainPlan plan, ChainSeen seen, bool inspect, bool isSettled, CancellationToken cancellation)
    {
        try
        {
            if (isSettled && !inspect && plan.Goal is Goal.Run settled)
            {
                return await wait.Fault(settled.Container, options.HealthPatience, cancellation) is { } silence ? await Fail(settled.Container, null, silence) : new LaneResult(seen);
            }

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

    private async Task<LaneResult> Start(SubnodeContainer main, ChainPlan plan, ChainSeen seen, bool inspect, CancellationToken cancellation)
    {
        if (Fault(main) is { } fault)
        {
            throw new StepRefusedException(fault);
        }

        await TellOfEnds(main, plan, cancellation);
        var after = await CarryOut(plan, seen, cancellation);
        var answers = wait.Fault(main, plan.IsDone ? options.HealthPatience : options.StartPatience, cancellation);
        var inspecting = inspect || !plan.IsDone || IsUnknown(main, after) ? host.Inspect(main.Name, cancellation) : Task.FromResult<ContainerFacts?>(null);
        await Task.WhenAll(answers, inspecting);
        after = After(after, main, await inspecting);
        if (await answers is null)
        {
            foreach (var sidecar in main.Set.Where(c => c.Sidecar is not null && (inspect || !plan.IsDone || IsUnknown(c, after))))
            {
                var found = await host.Inspect(sidecar.Name, cancellation);
                if (AnswerWait.Ended(found) is { } end)
                {
                    return await Fail(main, null, $"{sidecar.Title}: {end}");
                }

                after = After(after, sidecar, found);
            }
        }

        return main.Set.Select(c => BreachOf(c, after)).FirstOrDefault(b => b is not null) is { } breach ? await Fail(main, after, breach)
            : await answers is { } silence ? await Fail(main, null, silence)
            : main.Set.Any(c => IsUnknown(c, after)) ? new LaneResult(null)
            : main.Set.Select(c => DifferenceOf(c, after)).FirstOrDefault(d => d is not null) is { } difference ? await Fail(main, after, difference)
            : await Tell(main, after);
    }

    /// <summary>Nothing is done for an order that cannot be followed as a whole.</summary>
    private string? Fault(SubnodeContainer main) => SliceDivision.Fault(main.Place, main.Subnode) ?? main.Set
        .Select(c => ImageRule.Fault(c.Image, options.Development, options.AllowedRegistries) is { } fault ? Of(c, fault) : null).FirstOrDefault(f => f is not null);

    private async Task<LaneResult> Tell(SubnodeContainer main, ChainSeen after)
    {
        var containers = main.Set.Select(c => (Wanted: c, Seen: Find(c, after)!)).ToArray();
        var (running, limits) = (containers[0].Seen, containers[0].Seen.Limits!);
        var unenforced = facts.Abilities.Unenforced(main.Asked, limits);
        await reporter.Say(main.Subnode.Chain, new SubnodeAnswers(
            main.Subnode.Chain, main.Subnode.Generation, running.Id, running.ImageDigest!, main.Endpoint, InForce(main.Subnode.Limits, limits),
            [.. unenforced, .. containers[1..].SelectMany(c => facts.Abilities.Unenforced(c.Wanted.Asked, c.Seen.Limits!).Except(unenforced).Select(u => Of(c.Wanted, u)))],
            HostAbilities.Readings(main.Asked, limits), running.Image,
            containers.Length == 1 ? null : [.. containers[1..].Select(c => new RunningSidecar(
                c.Wanted.Sidecar!.Name, c.Seen.Id, c.Seen.ImageDigest!, HostAbilities.Readings(c.Wanted.Asked, c.Seen.Limits!), c.Seen.Image))]));
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

    private string? DifferenceOf(SubnodeContainer container, ChainSeen seen) => facts.Abilities.Differences(container.Asked, Find(container, seen)!.Limits!) is { Count: > 0 } differences
        ? Of(container, $"its limits do not hold: {string.Join("; ", differences.Select(Words))}")
        : null;

    private static string? BreachOf(SubnodeContainer container, ChainSeen seen) =>
        Find(container, seen)?.Breach is { } breach ? Of(container, $"its container is less isolated than this agent makes them, and is replaced: {breach}") : null;

    private static string Words(LimitReading reading) =>
        $"{reading.Limit} ordered {reading.Ordered} {reading.Unit}, in force {(reading.InForce is { } value ? $"{value}" : "none")} ({reading.SeenIn ?? "not to be seen"})";

    private static string Of(SubnodeContainer container, string what) => container.Sidecar is null ? what : $"{container.Title}: {what}";

    private static ContainerSeen? Find(SubnodeContainer container, ChainSeen seen) => seen.Containers.FirstOrDefault(c => c.Name == container.Name);

    /// <summary>Of a main container that does not run, its silence tells.</summary>
    private static bool IsUnknown(SubnodeContainer container, ChainSeen seen) => Find(container, seen) is not { Limits: not null, ImageDigest: not null } there
        || (container.Sidecar is not null && there.Phase != ContainerPhase.Running);

    private static ChainSeen After(ChainSeen seen, SubnodeContainer container, ContainerFacts? found) => found is null ? seen : seen with
    {
        Containers = [.. seen.Containers.Select(c => c.Name == container.Name ? c with { Limits = found.Limits, ImageDigest = found.ImageDigest, Breach = found.Breach, EngineStarts = found.EngineStarts, Image = found.Image } : c)],
    };

    /// <summary>A container that died is told of before it is started again: a repair must not hide what it repairs.</summary>
    private async Task TellOfEnds(SubnodeContainer main, ChainPlan plan, CancellationToken cancellation)
    {
        foreach (var container in plan.StartsAgain)
        {
            if (AnswerWait.Ended(await host.Inspect(container.Name, cancellation)) is { } end)
            {
                await Fail(main, null, Of(container, end));
                return;
            }
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
}
