using Skale.Contracts;

namespace Skale.Metrics.Domain;

/// <summary>Something that is not alike at two moments.</summary>
/// <param name="Kind"><c>node</c> or <c>chain</c>.</param>
/// <param name="Name">The node's number or the chain's name.</param>
/// <param name="What">What changed: <c>registered</c>, <c>slices</c>, <c>bought</c>, <c>placed</c>, <c>member swapped</c>, or the phase or standing it has now.</param>
/// <param name="Before">Null when there was nothing.</param>
/// <param name="After">Null when there is nothing any more.</param>
public sealed record NetworkChange(string Kind, string Name, string What, string? Before, string? After);

/// <summary>Compares the network at two moments: first nodes, then chains, each in order.</summary>
public static class NetworkChanges
{
    public static IReadOnlyList<NetworkChange> Between(NetworkView before, NetworkView after) =>
    [
        .. after.Nodes.Values.SelectMany(n => Node(before.Nodes.GetValueOrDefault(n.Id), n)),
        .. after.Chains.Values.SelectMany(c => Chain(before.Chains.GetValueOrDefault(c.Name), c)),
    ];

    private static IEnumerable<NetworkChange> Node(NodeView? before, NodeView after)
    {
        return new[]
        {
            before is null ? Of("registered", null, after.Name) : null,
            Differs(Words.Of(after.Standing), Words.Of(before?.Standing ?? NodeStanding.Active), Words.Of(after.Standing)),
            Differs("maintenance", Flag(before?.InMaintenance ?? false), Flag(after.InMaintenance)),
            Differs("compliant", Flag(before?.Compliant ?? true), Flag(after.Compliant)),
            before is null ? null : Differs("address", before.Ip, after.Ip),
            Differs("machine", MachineOf(before?.Machine), MachineOf(after.Machine)),
            Differs("slices", before is null ? "0" : SlicesOf(before), SlicesOf(after)),
        }.OfType<NetworkChange>();

        NetworkChange Of(string what, string? x, string? y) => new("node", $"{after.Id}", what, x, y);
        NetworkChange? Differs(string what, string? x, string? y) => x == y ? null : Of(what, x, y);
    }

    private static IEnumerable<NetworkChange> Chain(ChainView? before, ChainView after)
    {
        NodeId[] old = before is null ? [] : [.. before.Group], present = [.. after.Group];
        if (before is null)
        {
            yield return Of("bought", null, $"{after.Slices} slices of each of {after.GroupSize} nodes");
        }

        if (old.Length == 0 && present.Length > 0)
        {
            yield return Of("placed", null, string.Join(' ', present));
        }
        else
        {
            NodeId[] gone = [.. old.Except(present)], come = [.. present.Except(old)];
            for (var i = 0; i < Math.Max(gone.Length, come.Length); i++)
            {
                yield return Of("member swapped", At(gone, i), At(come, i));
            }
        }

        if (PhaseOf(before) != PhaseOf(after))
        {
            yield return Of(Words.Of(after.Phase), PhaseOf(before), PhaseOf(after));
        }

        NetworkChange Of(string what, string? x, string? y) => new("chain", after.Name.Value, what, x, y);
        static string? At(NodeId[] nodes, int index) => index < nodes.Length ? $"{nodes[index]}" : null;
    }

    private static string SlicesOf(NodeView node) =>
        node.Reservations.IsEmpty ? "0" : $"{node.Used} ({string.Join(' ', node.Reservations.Values.Select(r => $"{r.Chain}:{r.Slices}"))})";

    private static string? MachineOf(Machine? machine) =>
        machine is { } m ? $"{m.HostName}, {m.Cpus} cpu, {m.MemoryBytes >> 30} GiB, {m.EngineVersion}" : null;

    private static string? PhaseOf(ChainView? chain) => chain is null ? null
        : (chain.Reason ?? chain.Waiting?.Reason) is { } reason ? $"{Words.Of(chain.Phase)}: {reason}" : Words.Of(chain.Phase);

    private static string Flag(bool holds) => holds ? "yes" : "no";
}
