using Skale.Contracts;

namespace Skale.ChainWatcher.Domain;

/// <summary>Tells a rotation from its transaction and from what the contract said at the end of its block.</summary>
internal static class Rotations
{
    /// <summary>
    /// The contract keeps a chain's last rotation only. When a block rotates one chain several times, what is read is the last of them; of the others the counter is
    /// known by counting back, and of their nodes what the transaction names.
    /// </summary>
    public static ChainRotated Fact(FactOrigin at, RotationTrace trace, ScannedBlock block, ChainNames names)
    {
        var later = CeremonyLogs.RotationsIn(block.Logs).Count(r => r.ChainHash == trace.ChainHash && r.LogIndex > trace.LogIndex);
        var state = block.Rotations.FirstOrDefault(r => r.ChainHash == trace.ChainHash && (r.Counter > later || r is { Counter: null, Group.IsDefaultOrEmpty: false }));
        var last = later == 0 ? state : null;
        return new ChainRotated(
            at, names.Find(trace.ChainHash), trace.ChainHash, trace.Reason, trace.OldNode ?? last?.OldNode, trace.NewNode ?? last?.NewNode, state?.Counter - later,
            last?.FrozenUntil, last?.Group is { } group ? [.. group] : null, last?.Group is null ? null : [.. last.Holes]);
    }
}
