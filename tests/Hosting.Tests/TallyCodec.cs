using Skale.EventStore;

namespace Skale.Hosting.Tests;

/// <summary>The tally as bytes.</summary>
internal sealed record TallyCodec(bool WritesNothing = false) : ISnapshotCodec<Tally>
{
    public string Format => "tally 1";

    public Tally Fork(Tally state) => Copy(state);

    public void Write(PackWriter pack, Tally state)
    {
        if (!WritesNothing)
        {
            pack.Many(state.Seen, s =>
            {
                pack.Text(s.Key);
                pack.Many(s.Value, n => pack.Number(n));
            });
            pack.Many(state.Told, t =>
            {
                pack.Text(t.Key);
                pack.Number(t.Value);
            });
            pack.Number(state.Starts);
        }
    }

    public Tally Read(PackReader pack)
    {
        var tally = new Tally();
        _ = pack.Many(p => tally.Seen[p.Text()] = [.. p.Many(x => x.Number())]);
        _ = pack.Many(p => tally.Told[p.Text()] = p.Number());
        tally.Starts = pack.Small();
        return tally;
    }

    private Tally Copy(Tally state)
    {
        var bytes = new MemoryStream();
        var pack = new PackWriter(bytes);
        Write(pack, state);
        pack.Flush();
        bytes.Position = 0;
        return Read(new PackReader(bytes));
    }
}
