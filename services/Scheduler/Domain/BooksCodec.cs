using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Skale.Contracts;
using Skale.EventStore;
using Skale.SkaleManager;

namespace Skale.Scheduler.Domain;

/// <summary>The contract's books as bytes.</summary>
internal static class BooksCodec
{
    public static void Write(PackWriter pack, ContractBooksState state)
    {
        pack.Many(state.Hashes, h =>
        {
            pack.Text(h.Key);
            pack.Text(h.Value);
        });
        pack.Many(state.Books.Stuck, s =>
        {
            pack.Text(s.Key);
            pack.Node(s.Value);
        });
        pack.Maybe(state.Books.Owed, pack.Stored);
        pack.Flag(state.Books.TellsReplacements);
        pack.Text(state.Books.Doubt);
        Write(pack, state.Books.Books);
    }

    public static ContractBooksState Read(PackReader pack)
    {
        var hashes = pack.Many(p => KeyValuePair.Create(p.Text(), p.Text())).ToDictionary();
        var stuck = pack.Many(p => KeyValuePair.Create(p.Text(), p.Node())).ToDictionary();
        var (owed, tells, doubt) = ((KeyCeremonyFailed?)pack.Maybe(CodecValues.Stored), pack.Flag(), pack.TextOrNull());
        return new(new FactBooksState(Placement(pack), stuck, owed, tells, doubt), hashes);
    }

    private static void Write(PackWriter pack, PlacementState state)
    {
        pack.Number(state.UnitsPerNode);
        pack.Many(state.Nodes, n =>
        {
            pack.Number(n.FreeUnits);
            pack.Number((long)n.Standing);
            pack.Flag(n.Compliant);
        });
        pack.Many(state.Visible, v =>
        {
            pack.Number(v.Key);
            Numbers(pack, v.Value);
        });
        pack.Many(state.Places, p =>
        {
            pack.Many(p.Chains, pack.Text);
            Numbers(pack, p.Holes);
        });
        pack.Many(state.Chains, c =>
        {
            pack.Text(c.Hash);
            pack.Number(c.Units);
            pack.Row(c.Group, n => pack.Number(n));
            pack.Row(c.Exceptions, n => pack.Number(n));
            pack.Row(c.Slots, n => pack.Number(n));
        });
    }

    private static PlacementState Placement(PackReader pack) => new(
        pack.Small(),
        pack.Many(p => new NodeAccount(p.Small(), (SkaleManager.NodeStanding)p.Small(), p.Flag())),
        pack.Many(p => KeyValuePair.Create(p.Small(), (IReadOnlyList<int>)Numbers(p))).ToDictionary(),
        pack.Many(p => new NodePlaces(p.Many(x => x.TextOrNull()), Numbers(p))),
        pack.Many(Chain));

    private static ChainAccount Chain(PackReader pack)
    {
        var (hash, units, group, exceptions, slots) = (pack.Text(), pack.Small(), Fixed(pack), Fixed(pack), Fixed(pack));
        return new(hash, units, group, slots, exceptions);
    }

    private static ImmutableArray<int> Fixed(PackReader pack) => ImmutableCollectionsMarshal.AsImmutableArray(pack.Row(p => p.Small()));

    private static int[] Numbers(PackReader pack) => pack.Many(p => p.Small());

    private static void Numbers(PackWriter pack, IReadOnlyCollection<int> numbers) => pack.Many(numbers, n => pack.Number(n));
}
