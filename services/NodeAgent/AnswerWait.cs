using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>Waits for a chain to answer, and tells a dead one from an absent engine.</summary>
internal sealed class AnswerWait(IContainerHost host, TimeProvider clock)
{
    private static readonly TimeSpan InspectEvery = TimeSpan.FromSeconds(1);

    /// <summary>Null as soon as the chain answers; else, when patience ends or the container does, why it does not.</summary>
    /// <param name="container">The main one.</param>
    public async Task<string?> Fault(SubnodeContainer container, TimeSpan patience, CancellationToken cancellation)
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

    /// <summary>Why the container does not run; null when it does, and when it was never started.</summary>
    public static string? Ended(ContainerFacts? found) => found switch
    {
        null => "its container is gone",
        { OutOfMemory: true, Phase: not ContainerPhase.Running } => "its container was killed for using more than its memory",
        { Phase: ContainerPhase.Created } => null,
        { Phase: ContainerPhase.Paused } => "its container is paused",
        { Phase: not ContainerPhase.Running } => $"its container ended with exit code {found.ExitCode}",
        _ => null,
    };

    /// <summary>A starting chain is asked at short intervals, since orders are waiting for it; a silent one is left more and more in peace.</summary>
    private static TimeSpan PauseAfter(TimeSpan waited) => TimeSpan.FromMilliseconds(Math.Clamp(waited.TotalMilliseconds / 10, 20, 250));
}
