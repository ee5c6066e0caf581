using System.Runtime.InteropServices;
using Skale.Contracts;
using Skale.EventStore;

namespace Skale.Scheduler.Domain;

/// <summary>A chain as bytes.</summary>
internal static class ChainCodec
{
    public static void Write(PackWriter pack, Chain c)
    {
        pack.Maybe(c.Wanted, w => Write(pack, w));
        pack.Flag(c.Origin == c.Wanted?.Origin);
        if (c.Origin != c.Wanted?.Origin)
        {
            pack.Origin(c.Origin);
        }

        pack.Chain(c.Name);
        pack.Text(c.Hash);
        pack.Text(c.Owner);
        pack.Number(c.Slices);
        pack.Number(c.GroupSize);
        pack.Number((long)c.Phase);
        pack.Nodes(c.Group);
        pack.Many(c.Members, m => MemberCodec.Write(pack, m.Value));
        pack.Time(c.Deadline);
        pack.Maybe(c.Recomputed, pack.Recomputation);
        pack.Flag(c.Deleted);
        pack.Nodes(c.DataLost);
        pack.Number(c.RefusedAfter);
        pack.Maybe(c.Terms, t => Write(pack, t));
        pack.Maybe(c.Kit, k => Write(pack, k));
        pack.Number(c.Version);
        pack.Maybe(c.Told, pack.Seats);
        pack.Number(c.RotationCounter);
        pack.Text(c.Image);
        pack.Maybe(c.ImageChange, i => Write(pack, i));
        WriteReplacement(pack, c);
    }

    public static Chain Read(PackReader pack)
    {
        var wanted = pack.Maybe(Purchase);
        var origin = pack.Flag() ? wanted!.Origin : pack.Origin();
        return new Chain(
            pack.Chain(), pack.Text(), pack.Text(), pack.Small(), pack.Small(), origin, (ChainPhase)pack.Small(), ImmutableCollectionsMarshal.AsImmutableArray(pack.Nodes()),
            pack.Sorted(p => MemberCodec.Read(p) is var m ? (m.Node, m) : default), pack.TimeOrNull())
        {
            Wanted = wanted,
            Recomputed = pack.Maybe(CodecValues.Recomputation),
            Deleted = pack.Flag(),
            DataLost = [.. pack.Nodes()],
            RefusedAfter = pack.Number(),
            Terms = pack.Maybe(Terms),
            Kit = pack.Maybe(p => new ChainKit(p.Text(), p.TextOrNull(), p.Sidecars(), p.DataParts())),
            Version = pack.Number(),
            Told = pack.Maybe(CodecValues.Seats),
            RotationCounter = pack.NumberOrNull(),
            Image = pack.TextOrNull(),
            ImageChange = pack.Maybe(p => new ImageChange(p.Id(), p.Text(), p.Text(), p.TextOrNull())),
            Underway = pack.Maybe(Underway),
            Stalled = pack.Maybe(p => new Stall(p.Node(), p.NodeOrNull(), p.Time())),
            Demands = [.. pack.Many(p => new Demand(p.Node(), (ReplacementReason)p.Small(), p.TextOrNull()))],
            Barred = [.. pack.Nodes()],
            Draws = pack.Small(),
            RotationDue = pack.TimeOrNull(),
        };
    }

    private static void WriteReplacement(PackWriter pack, Chain c)
    {
        pack.Maybe(c.Underway, u =>
        {
            pack.Number(u.Seat);
            pack.Node(u.Old);
            pack.Node(u.New);
            pack.Number((long)u.Reason);
            pack.Many(u.Requests, pack.Text);
        });
        pack.Maybe(c.Stalled, s =>
        {
            pack.Node(s.Old);
            pack.Number(s.New?.Value);
            pack.Time(s.Since);
        });
        pack.Many(c.Demands, d =>
        {
            pack.Node(d.Node);
            pack.Number((long)d.Reason);
            pack.Text(d.RequestId);
        });
        pack.Nodes(c.Barred);
        pack.Number(c.Draws);
        pack.Time(c.RotationDue);
    }

    private static Underway Underway(PackReader pack) =>
        new(pack.Small(), pack.Node(), pack.Node(), (ReplacementReason)pack.Small()) { Requests = [.. pack.Many(x => x.Text())] };

    private static void Write(PackWriter pack, ChainBought e)
    {
        pack.Origin(e.Origin);
        pack.Chain(e.Chain);
        pack.Text(e.ChainHash);
        pack.Text(e.Owner);
        pack.Number(e.Slices);
        pack.Number(e.GroupSize);
        pack.Duration(e.Lifetime);
        pack.Maybe(e.Group, pack.Nodes);
    }

    private static ChainBought Purchase(PackReader pack) => new(
        pack.Origin(), pack.Chain(), pack.Text(), pack.Text(), pack.Small(), pack.Small(), pack.Duration(), pack.Maybe(CodecValues.Nodes));

    private static void Write(PackWriter pack, ImageChange i)
    {
        pack.Id(i.Request);
        pack.Text(i.From);
        pack.Text(i.To);
        pack.Text(i.Failure);
    }

    private static void Write(PackWriter pack, ChainTerms t)
    {
        pack.Id(t.Request);
        pack.Text(t.Profile);
        pack.Text(t.Image);
        pack.Text(t.Strategy);
        pack.Flag(t.Dedicated);
        pack.Time(t.WarnAt);
        pack.Time(t.ExpiresAt);
        pack.Sidecars(t.Sidecars);
        pack.DataParts(t.DataParts);
    }

    private static void Write(PackWriter pack, ChainKit k)
    {
        pack.Text(k.Profile);
        pack.Text(k.Image);
        pack.Sidecars(k.Sidecars);
        pack.DataParts(k.DataParts);
    }

    private static ChainTerms Terms(PackReader pack) => new(
        pack.Id(), pack.TextOrNull(), pack.Text(), pack.Text(), pack.Flag(), pack.TimeOrNull(), pack.TimeOrNull())
    {
        Sidecars = pack.Sidecars(),
        DataParts = pack.DataParts(),
    };
}
