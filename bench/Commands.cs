using Skale.Bench.Agent;
using Skale.Bench.L1;
using Skale.Bench.Store;

namespace Skale.Bench;

/// <summary>What <c>bench/run</c> measures, by name; each with a number of rounds, seconds or events, 0 for its default.</summary>
internal static class Commands
{
    public const string Usage = """
        bench/run start [--rounds N]     from a chain's block to its containers, beside the same work by hand; default 8 rounds of each
        bench/run idle [--seconds N]     resident memory of each service so long after its start; default 60
        bench/run append [--rounds N]    appending to the event store, beside the same server's limits; default 3 rounds of each
        bench/run bulk [--rounds N]      many events at once, beside raw COPY; default 3 rounds of each
        bench/run read [--events N]      a whole log into state, beside bare readers; default 500000
        bench/run size [--events N]      appending behind 10,000 and behind N events; default 10000000
        bench/run audit [--events N]     export, verification, proof and restore of a log, per core, and the memory it takes; default 1000000
        bench/run placement [--rounds N] node picks on one core, and the cost of a chain as nodes and chains grow; default 5 rounds
        bench/run decision               the scheduler's own strategies and its whole decision of a chain, as nodes and chains grow
        bench/run agent [--rounds N]     an agent from orders on the bus to 1 and 128 containers, beside the engine alone, and at rest; default 10 rounds
        bench/run many [--subnodes N]    of that only N containers at once and at rest; default 128
        bench/run neighbour [--seconds N] requests to a chain while the one beside it takes all it can get; default 20 for each kind
        bench/run durable [--events N]   from chains bought on the bus to N orders on the bus, beside MassTransit alone; default 32000
        bench/run snapshot [--rounds N]  starting a scheduler of 10,000 nodes and 100,000 chains from a snapshot; default 3 rounds
        bench/run l1 [--events N]        watching Ethereum: backfill, decoding, the way to the store, memory over N blocks, new blocks; default 1000000
        """;

    public static Func<int, Task>? Find(string? name) => name switch
    {
        "start" => n => StartBench.Run(n > 0 ? n : 8),
        "idle" => n => IdleBench.Run(TimeSpan.FromSeconds(n > 0 ? n : 60)),
        "append" => n => AppendBench.Run(n > 0 ? n : 3),
        "bulk" => n => BulkBench.Run(n > 0 ? n : 3),
        "read" => n => ReadBench.Run(n > 0 ? n : 500_000, rounds: 3),
        "size" => n => SizeBench.Run(n > 0 ? n : 10_000_000),
        "audit" => n => AuditBench.Run(n > 0 ? n : 1_000_000),
        "placement" => n => PlacementBench.Run(n > 0 ? n : 5),
        "decision" => _ => DecisionBench.Run(),
        "agent" => n => AgentBench.Run(n > 0 ? n : 10),
        "many" => n => AgentBench.RunMany(n > 0 ? n : AgentBench.Many),
        "neighbour" => n => NeighbourBench.Run(TimeSpan.FromSeconds(n > 0 ? n : 20)),
        "durable" => n => DurableBench.Run(n > 0 ? n : 32_000),
        "snapshot" => n => SnapshotBench.Run(n > 0 ? n : 3),
        "l1" => n => L1Bench.Run(n > 0 ? n : 1_000_000),
        _ => null,
    };
}
