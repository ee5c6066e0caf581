using System.Globalization;
using Skale.ChainWatcher;
using Skale.Contracts;
using Skale.EventStore;
using Skale.Hosting;
using Skale.NodeAgent;
using Skale.Scheduler;

namespace Skale.Cli.Commands.Audit;

/// <summary>Which rules belong to a log, by its name.</summary>
internal static class LogRules
{
    private const string Agent = "node-";

    public static bool Knows(string log) => log is SchedulerSetup.Name or ChainWatcherSetup.Name || NodeOf(log) is not null;

    /// <summary>Decides the inputs of a log again.</summary>
    /// <exception cref="StoreChoice.BadChoiceException">The log has no rules, or does not keep its inputs; says why.</exception>
    public static Task<ReplayResult> Replay(IEventLog log, Action<long> onPosition, CancellationToken cancellation) => log.Name switch
    {
        SchedulerSetup.Name => Hosting.Replay.Run(SchedulerSetup.Definition, log, onPosition, cancellation),
        ChainWatcherSetup.Name => throw new StoreChoice.BadChoiceException(
            $"Log {log.Name} cannot be replayed: it records what was read from Ethereum, not the raw answers it was read from. Scan the chain again with a new ChainWatcher and compare the facts."),
        _ when NodeOf(log.Name) is { } node => Hosting.Replay.Run(NodeAgentSetup.DefinitionOf(node), log, onPosition, cancellation),
        _ => throw new StoreChoice.BadChoiceException($"No rules are known for a log '{log.Name}'; there are those of {SchedulerSetup.Name} and of {Agent}ID (--log NAME)."),
    };

    private static NodeId? NodeOf(string log) =>
        log.StartsWith(Agent, StringComparison.Ordinal) && long.TryParse(log[Agent.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? new NodeId(id) : null;
}
