using Skale.Contracts;
using Skale.EventStore;

namespace Skale.Scheduler.Domain;

/// <summary>A member of a chain as bytes, with the order that it was given.</summary>
internal static class MemberCodec
{
    public static void Write(PackWriter pack, Member m)
    {
        pack.Node(m.Node);
        pack.Number(m.Slot);
        pack.Number((long)m.Phase);
        pack.Maybe(m.Subnode, s => Write(pack, s));
        pack.Text(m.Reason);
        pack.Number(m.LastReport);
        pack.Time(m.Deadline);
        pack.Flag(m.Overdue);
        pack.Flag(m.AwaitsLimits);
        pack.Flag(m.AwaitsImage);
    }

    public static Member Read(PackReader pack) => new(pack.Node(), pack.Small(), (MemberPhase)pack.Small(), pack.Maybe(Subnode), pack.TextOrNull(), pack.Number())
    {
        Deadline = pack.TimeOrNull(),
        Overdue = pack.Flag(),
        AwaitsLimits = pack.Flag(),
        AwaitsImage = pack.Flag(),
    };

    private static void Write(PackWriter pack, Subnode s)
    {
        pack.Chain(s.Chain);
        pack.Text(s.ChainHash);
        pack.Number(s.EvmChainId);
        pack.Number(s.Slices);
        pack.Number(s.Slot);
        pack.Number(s.FirstPort);
        pack.Shared(s.Limits, l => Write(pack, l));
        pack.Text(s.Image);
        pack.Number(s.Generation);
        pack.Maybe(s.Peers, peers => pack.Many(peers, peer => pack.Shared(peer, p =>
        {
            pack.Node(p.Node);
            pack.Text(p.Address);
            pack.Number(p.FirstPort);
        })));
        pack.Sidecars(s.Sidecars);
        pack.DataParts(s.DataParts);
    }

    private static Subnode Subnode(PackReader pack) => new(
        pack.Chain(), pack.Text(), pack.Number(), pack.Small(), pack.Small(), pack.Small(), pack.Shared(Limits), pack.Text(), pack.Number(),
        pack.Maybe(p => p.Many(x => x.Shared(Peer))), pack.Sidecars(), pack.DataParts());

    private static Peer Peer(PackReader pack) => new(pack.Node(), pack.Text(), pack.Small());

    private static void Write(PackWriter pack, SliceLimits l)
    {
        pack.Number(l.NanoCpus);
        pack.Number(l.MemoryBytes);
        pack.Number(l.Pids);
        pack.Number(l.OpenFiles);
        pack.Number(l.DiskBytes);
        pack.Number(l.IoBytesPerSecond);
        pack.Number(l.IoPerSecond);
        pack.Number(l.NetworkBitsPerSecond);
    }

    private static SliceLimits Limits(PackReader pack) => new(
        pack.Number(), pack.Number(), pack.Small(), pack.SmallOrNull(), pack.NumberOrNull(), pack.NumberOrNull(), pack.NumberOrNull(), pack.NumberOrNull());
}
