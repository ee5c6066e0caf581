using System.Runtime.InteropServices;
using Skale.Contracts;
using Skale.EventStore;

namespace Skale.Scheduler.Domain;

/// <summary>Values that several aggregates hold, as bytes.</summary>
internal static class CodecValues
{
    public static void Node(this PackWriter pack, NodeId node) => pack.Number(node.Value);

    public static NodeId Node(this PackReader pack) => new(pack.Number());

    /// <summary>Members: a chain has the same in its purchase, its group and what was computed again.</summary>
    public static void Nodes(this PackWriter pack, IReadOnlyCollection<NodeId> nodes) => pack.Row(nodes, pack.Node);

    public static NodeId[] Nodes(this PackReader pack) => pack.Row(Node);

    public static NodeId? NodeOrNull(this PackReader pack) => pack.NumberOrNull() is { } node ? new(node) : null;

    public static void Chain(this PackWriter pack, ChainName chain) => pack.Text(chain.Value);

    public static ChainName Chain(this PackReader pack) => new(pack.Text());

    /// <summary>As it was written, in the order of its keys.</summary>
    public static SmallDictionary<TKey, TValue> Sorted<TKey, TValue>(this PackReader pack, Func<PackReader, (TKey Key, TValue Value)> read)
        where TKey : IComparable<TKey>
    {
        var count = pack.Small();
        var (keys, values) = (new TKey[count], new TValue[count]);
        for (var i = 0; i < count; i++)
        {
            (keys[i], values[i]) = read(pack);
        }

        return new(ImmutableCollectionsMarshal.AsImmutableArray(keys), ImmutableCollectionsMarshal.AsImmutableArray(values));
    }

    public static void Origin(this PackWriter pack, FactOrigin o)
    {
        pack.Text(o.Network);
        pack.Number(o.Number);
        pack.Number(o.BlockNumber);
        pack.Text(o.BlockHash);
        pack.Text(o.ParentHash);
        pack.Time(o.BlockTime);
        pack.Text(o.TransactionHash);
        pack.Number(o.LogIndex);
        pack.Number(o.Sighting);
    }

    public static FactOrigin Origin(this PackReader pack) => new(
        pack.Text(), pack.Number(), pack.Number(), pack.Text(), pack.Text(), pack.Time(), pack.Text(), pack.Small(), pack.SmallOrNull());

    public static void Seats(this PackWriter pack, IReadOnlyList<Seat> seats) => pack.Many(seats, s =>
    {
        pack.Number(s.Node?.Value);
        pack.Number(s.Fact);
        pack.Maybe(s.Recomputed, pack.Recomputation);
    });

    public static IReadOnlyList<Seat> Seats(this PackReader pack) => pack.Many(p => new Seat(p.NodeOrNull(), p.Number(), p.Maybe(Recomputation)));

    public static void Recomputation(this PackWriter pack, Recomputation r)
    {
        pack.Text(r.Verdict);
        pack.Maybe(r.Computed, pack.Nodes);
        pack.Text(r.Evidence.Strategy);
        pack.Number(r.Evidence.Version);
        pack.Text(r.Evidence.Seed);
        pack.Number(r.Evidence.Candidates);
        pack.Text(r.Evidence.CandidatesDigest);
        pack.Many(r.Evidence.Draws, d => pack.Number(d));
    }

    public static Recomputation Recomputation(this PackReader pack) => new(
        pack.Text(), pack.Maybe(Nodes),
        new PlacementEvidence(pack.Text(), pack.Small(), pack.Text(), pack.Small(), pack.Text(), pack.Many(p => p.Small())));

    /// <summary>What is stored in the log is here in the form it has there.</summary>
    public static void Stored(this PackWriter pack, object stored)
    {
        var (type, data) = StoredEvents.Types.Serialize(stored);
        pack.Text(type);
        pack.Bytes(data.Span);
    }

    public static object Stored(this PackReader pack) =>
        StoredEvents.Types.Deserialize(new StoredEvent(0, default, "", 0, pack.Text(), pack.Bytes(), default, null, null));
}
