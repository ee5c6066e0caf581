using System.Collections.Concurrent;
using System.Diagnostics;
using Skale.Contracts;
using Skale.Docker;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <content>What reaches the loop from outside: the engine's events and the ends of lanes.</content>
public sealed partial class ReconcileLoop
{
    /// <summary>Listens to the engine for as long as the agent runs; a lost engine is listened to again when it is back.</summary>
    private async Task Listen(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                // What happens from now on is told; what happened before is looked at.
                missed = true;
                Wake();
                await foreach (var chain in host.Disturbances(stopping))
                {
                    signals.Writer.TryWrite(chain);
                }
            }
            catch (Exception e) when (e is DockerUnavailableException or DockerVersionException or DockerException)
            {
                // The loop finds the same out for itself and says so; here only what was missed matters.
                missed = true;
                await Task.Delay(EnginePause, clock, stopping);
            }
        }
    }

    private readonly ConcurrentDictionary<ChainName, int> restarts = [];

    /// <summary>How often each chain's containers were started again since this agent started.</summary>
    internal IReadOnlyDictionary<ChainName, int> Restarts => restarts;

    private void CountRestart(ChainPlan plan)
    {
        if (plan.Restarts)
        {
            restarts.AddOrUpdate(plan.Chain, 1, (_, times) => times + 1);
        }
    }

    private void Reap()
    {
        while (signals.Reader.TryRead(out var happened))
        {
            if (happened is { } chain && !(tracks.TryGetValue(chain, out var track) && track is { Working: not null, IsAtRest: false }))
            {
                disturbed.Add(chain);
                tracks.GetValueOrDefault(chain)?.Disturb();
            }
        }

        foreach (var (chain, track) in tracks.Where(t => t.Value.Working is { IsCompleted: true }).ToArray())
        {
            var before = track.Failure;
            if (!track.End(ResultOf(chain, track.Working!), clock.GetUtcNow(), options.HealthEvery))
            {
                disturbed.Add(chain);
            }
            else if (disturbed.Contains(chain))
            {
                track.Disturb();
            }

            if (track.Failure is { } failure && failure != before)
            {
                LogFailure(Node, chain, failure);
            }
        }
    }

    /// <summary>A chain that stands as it stood is no reason to look at all of them.</summary>
    private void WakeUnlessAtRest(ChainPlan plan, Task<LaneResult> run)
    {
        if (!plan.IsDone || run is not { IsCompletedSuccessfully: true, Result: { Seen: not null, Failure: null } })
        {
            Wake();
        }
    }

    /// <summary>Null when the run ended without knowing how things are: overtaken by an order, or the engine went away.</summary>
    private LaneResult? ResultOf(ChainName chain, Task<LaneResult> work)
    {
        switch (work.Exception?.InnerException)
        {
            case null when work.IsCanceled:
                return null;
            case null:
                return work.Result;
            case DockerUnavailableException or DockerVersionException or DockerException or OperationCanceledException:
                return null;
            default:
                LogBroken(Node, chain, work.Exception);
                return new LaneResult(null, work.Exception.InnerException.Message);
        }
    }

    /// <summary>Only once the scheduler has said what is wanted; what a lane is at work on is not left over.</summary>
    private async Task RemoveLeftovers(Desired desired, CancellationToken stopping)
    {
        if (!desired.Confirmed || tidyAt > clock.GetUtcNow())
        {
            return;
        }

        tidyAt = clock.GetUtcNow() + options.VerifyEvery;
        try
        {
            await host.RemoveLeftovers(
                tracks.Where(t => t.Value.Working is not null).Select(t => t.Key).Concat(desired.Subnodes.Keys).Concat(desired.Removals.Keys).ToHashSet(), stopping);
        }
        catch (Exception e) when (e is HostToolException or IOException or UnauthorizedAccessException)
        {
            LogLeftovers(Node, e.Message);
        }
    }

    private void SetTrouble(string? trouble)
    {
        if (trouble is not null && trouble != EngineTrouble)
        {
            LogEngineLost(Node, trouble);
        }
        else if (trouble is null && EngineTrouble is not null)
        {
            LogEngineFound(Node);
        }

        EngineTrouble = trouble;
    }

    [LoggerMessage(LogLevel.Information, "Node {Node}, chain {Chain}: {Steps}.")]
    private partial void LogSteps(NodeId node, ChainName chain, string steps);

    [LoggerMessage(LogLevel.Warning, "Node {Node}, chain {Chain}: {Reason}; it is tried again.")]
    private partial void LogFailure(NodeId node, ChainName chain, string reason);

    [LoggerMessage(LogLevel.Warning, "Node {Node}: leftovers of earlier work could not be removed: {Reason}.")]
    private partial void LogLeftovers(NodeId node, string reason);

    [LoggerMessage(LogLevel.Error, "Node {Node}, chain {Chain}: the agent itself failed; it is tried again.")]
    private partial void LogBroken(NodeId node, ChainName chain, Exception reason);

    [LoggerMessage(LogLevel.Warning, "Node {Node}: {Reason} Chains are left as they are.")]
    private partial void LogEngineLost(NodeId node, string reason);

    [LoggerMessage(LogLevel.Information, "Node {Node}: the engine answers.")]
    private partial void LogEngineFound(NodeId node);

    /// <summary>Only now is it known what this machine is; before that, orders are recorded and wait.</summary>
    private async Task<HostFacts> Enrol(CancellationToken stopping)
    {
        var found = await host.Describe(stopping);
        await BeginRepairs(stopping);
        await reporter.Say(new AgentStarted(found.Machine));
        return found;
    }
}
