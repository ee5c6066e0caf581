using Skale.Contracts;
using Skale.EventStore;

namespace Skale.Scheduler.Domain;

/// <summary>What a subnode is made of besides its main container, as bytes: the same for all of a profile, so each is kept once.</summary>
internal static class SetCodec
{
    public static void Sidecars(this PackWriter pack, IReadOnlyList<Sidecar>? sidecars) => pack.Maybe(sidecars, all => pack.Many(all, sidecar => pack.Shared(sidecar, s =>
    {
        pack.Text(s.Name);
        pack.Text(s.Image);
        pack.Number(s.Part.CpuPerMille);
        pack.Number(s.Part.MemoryPerMille);
        pack.Number(s.Part.PidsPerMille);
        pack.Number(s.Part.IoPerMille);
        pack.Maybe(s.Arguments, a => pack.Many(a, pack.Text));
    })));

    public static IReadOnlyList<Sidecar>? Sidecars(this PackReader pack) => pack.Maybe(p => p.Many(x => x.Shared(Sidecar)));

    public static void DataParts(this PackWriter pack, IReadOnlyList<DataPart>? parts) => pack.Maybe(parts, all => pack.Many(all, part => pack.Shared(part, p =>
    {
        pack.Text(p.Name);
        pack.Number(p.DiskPerMille);
        pack.Maybe(p.Sidecars, s => pack.Many(s, pack.Text));
    })));

    public static IReadOnlyList<DataPart>? DataParts(this PackReader pack) => pack.Maybe(p => p.Many(x => x.Shared(DataPart)));

    private static Sidecar Sidecar(PackReader pack) =>
        new(pack.Text(), pack.Text(), new SlicePart(pack.Small(), pack.Small(), pack.Small(), pack.Small()), pack.Maybe(p => p.Many(x => x.Text())));

    private static DataPart DataPart(PackReader pack) => new(pack.Text(), pack.Small(), pack.Maybe(p => p.Many(x => x.Text())));
}
