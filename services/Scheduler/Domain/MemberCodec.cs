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
        pack.Maybe(m.Told, t => pack.Shared(t, s => Write(pack, s)));
        pack.Text(m.Reason);
        pack.Number(m.LastReport);
        Write(pack, m.Share);
        pack.Time(m.Deadline);
        pack.Flag(m.Overdue);
        pack.Flag(m.AwaitsLimits);
        pack.Flag(m.AwaitsImage);
    }

    public static Member Read(PackReader pack) => new(pack.Node(), pack.Small(), (MemberPhase)pack.Small(), pack.Maybe(p => p.Shared(Subnode)), pack.TextOrNull(), pack.Number())
    {
        Share = Share(pack),
        Deadline = pack.TimeOrNull(),
        Overdue = pack.Flag(),
        AwaitsLimits = pack.Flag(),
        AwaitsImage = pack.Flag(),
    };

    private static void Write(PackWriter pack, MemberShare s)
    {
        pack.Flag(s.All is not null);
        if (s.All is { } all)
        {
            pack.Shared(all, a => pack.Many(a, r => Write(pack, r)));
            pack.Number(s.Generation);
            pack.Number(s.FirstPort);
            pack.Shared(s.Limits!, l => Write(pack, l));
        }
    }

    private static MemberShare Share(PackReader pack) =>
        pack.Flag() ? new(pack.Shared(p => p.Many(Reach)), pack.Number(), pack.Small(), pack.Shared(Limits)) : default;

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
        pack.Maybe(s.Peers, peers => pack.Many(peers, p => Write(pack, Domain.Reach.Of(p))));
        pack.Sidecars(s.Sidecars);
        pack.DataParts(s.DataParts);
    }

    private static Subnode Subnode(PackReader pack) => new(
        pack.Chain(), pack.Text(), pack.Number(), pack.Small(), pack.Small(), pack.Small(), pack.Shared(Limits), pack.Text(), pack.Number(),
        pack.Maybe(p => p.Many(x => Reach(x).AsPeer())), pack.Sidecars(), pack.DataParts());

    private static void Write(PackWriter pack, Reach r)
    {
        pack.Node(r.Node);
        pack.Text(r.Address);
        pack.Number(r.FirstPort);
    }

    private static Reach Reach(PackReader pack) => new(pack.Node(), pack.Text(), pack.Small());

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
