using Skale.Contracts;
using Skale.EventStore;

namespace Skale.Scheduler.Domain;

/// <summary>A node as bytes.</summary>
internal static class NodeCodec
{
    public static void Write(PackWriter pack, Node n)
    {
        pack.Node(n.Id);
        pack.Text(n.Name);
        pack.Text(n.Owner);
        pack.Text(n.Ip);
        pack.Number(n.Port);
        pack.Number((long)n.Standing);
        pack.Flag(n.InMaintenance);
        pack.Flag(n.Compliant);
        pack.Maybe(n.Machine, m => Write(pack, m));
        pack.Number(n.Generation);
        pack.Number(n.LastReport);
        pack.Many(n.Reservations, r =>
        {
            pack.Chain(r.Key);
            pack.Number(r.Value.Slices);
            pack.Number(r.Value.Slot);
        });
        pack.Flag(n.Held);
        pack.Number(n.Version);
        pack.Text(n.Refusal);
        pack.Number((long)n.Presence);
        pack.Flag(n.Draining);
        pack.Time(n.DrainDeadline);
        pack.Flag(n.DrainAsked);
        pack.Text(n.Join?.Hash);
        pack.Time(n.Join?.ExpiresAt);
        pack.Text(n.IdentityKey);
        pack.Number(n.LastEnrolment);
    }

    public static Node Read(PackReader pack)
    {
        var held = new List<Reservation>();
        return new Node(
            pack.Node(), pack.Text(), pack.Text(), pack.Text(), pack.Small(), (NodeStanding)pack.Small(), pack.Flag(), pack.Flag(), pack.Maybe(Machine),
            pack.Number(), pack.Number(), pack.Sorted(p =>
            {
                var chain = p.Chain();
                held.Add(new(p.Small(), p.Small()));
                return (chain, held[^1]);
            }))
        {
            Used = held.Sum(r => r.Slices),
            Taken = Slots.Of(held.Select(r => r.Slot)),
            Held = pack.Flag(),
            Version = pack.Number(),
            Refusal = pack.TextOrNull(),
            Presence = (Presence)pack.Small(),
            Draining = pack.Flag(),
            DrainDeadline = pack.TimeOrNull(),
            DrainAsked = pack.Flag(),
            Join = (pack.TextOrNull(), pack.TimeOrNull()) is ({ } hash, { } expires) ? new JoinToken(hash, expires) : null,
            IdentityKey = pack.TextOrNull(),
            LastEnrolment = pack.Number(),
        };
    }

    private static void Write(PackWriter pack, Machine m)
    {
        pack.Text(m.HostName);
        pack.Number(m.Cpus);
        pack.Number(m.MemoryBytes);
        pack.Number(m.DiskBytes);
        pack.Text(m.EngineVersion);
        pack.Text(m.EngineApiVersion);
        pack.Text(m.OperatingSystem);
        pack.Flag(m.Simulated);
        pack.Number(m.VolumeBytes);
        pack.Number(m.IoBytesPerSecond);
        pack.Number(m.IoPerSecond);
        pack.Number(m.NetworkBitsPerSecond);
    }

    private static Machine Machine(PackReader pack) => new(
        pack.Text(), pack.Small(), pack.Number(), pack.Number(), pack.Text(), pack.Text(), pack.Text(), pack.Flag(),
        pack.NumberOrNull(), pack.NumberOrNull(), pack.NumberOrNull(), pack.NumberOrNull());
}
