using Skale.Metrics.Api;

namespace Skale.Cli.Commands;

/// <summary>Nodes and chains as tables, the same for the present and for the past.</summary>
internal static class NetworkTables
{
    public static void Nodes(IEnumerable<NodeAnswer> nodes) => Screen.Table(
        ["node", "name", "standing", "used", "free", "chains", "machine", "agent at"],
        nodes.Select(n => (string[])[
            $"{n.Id}", n.Name, Standing(n), $"{n.Used}", $"{n.Free}", string.Join(' ', n.Reservations.Select(r => $"{r.Chain}:{r.Slices}")),
            n.Machine is { } m ? $"{m.Cpus} cpu, {m.MemoryBytes >> 30} GiB, {m.EngineVersion}" : "no agent", $"{n.AgentGeneration}/{n.Generation}"]));

    public static void Chains(IEnumerable<ChainAnswer> chains) => Screen.Table(
        ["chain", "phase", "slices", "chosen by", "group", "chain id", "note"],
        chains.Select(c => (string[])[
            c.Name, c.Phase, $"{c.Slices}", c.PlacedBy, string.Join(' ', c.Group.Select(m => m.Condition == "running" ? $"{m.Node}" : $"{m.Node}:{m.Condition}")),
            $"{c.EvmChainId}", c.Reason ?? ""]));

    private static string Standing(NodeAnswer n) => $"{n.Standing}{(n.Maintenance ? ", maintenance" : "")}{(n.Compliant ? "" : ", incompliant")}";
}
