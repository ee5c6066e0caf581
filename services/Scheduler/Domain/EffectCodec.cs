using System.Diagnostics;
using Skale.EventStore;

namespace Skale.Scheduler.Domain;

/// <summary>What a fact has changed, as bytes.</summary>
internal static class EffectCodec
{
    private const int OfNode = 1, OfPurchase = 2, OfDeletion = 3, OfRotation = 4;

    public static void Write(PackWriter pack, FactEffect effect)
    {
        switch (effect)
        {
            case NodeEffect e:
                Begin(OfNode);
                pack.Node(e.Node);
                pack.Number((long)e.Before.Standing);
                pack.Flag(e.Before.InMaintenance);
                pack.Flag(e.Before.Compliant);
                pack.Text(e.Before.Ip);
                break;
            case PurchaseEffect e:
                Begin(OfPurchase);
                pack.Chain(e.Chain);
                break;
            case DeletionEffect e:
                Begin(OfDeletion);
                pack.Chain(e.Chain);
                break;
            case RotationEffect e:
                Begin(OfRotation);
                pack.Chain(e.Chain);
                pack.Maybe(e.Before, pack.Seats);
                pack.Number(e.CounterBefore);
                break;
            default:
                throw new UnreachableException($"No form for effect {effect.GetType().Name}.");
        }

        void Begin(int kind)
        {
            pack.Number(kind);
            pack.Number(effect.Fact);
        }
    }

    public static FactEffect Read(PackReader pack) => (pack.Number(), pack.Number()) switch
    {
        (OfNode, var fact) => new NodeEffect(fact, pack.Node(), new NodeFlags((NodeStanding)pack.Small(), pack.Flag(), pack.Flag(), pack.Text())),
        (OfPurchase, var fact) => new PurchaseEffect(fact, pack.Chain()),
        (OfDeletion, var fact) => new DeletionEffect(fact, pack.Chain()),
        (OfRotation, var fact) => new RotationEffect(fact, pack.Chain(), pack.Maybe(CodecValues.Seats), pack.NumberOrNull()),
        (var kind, _) => throw new FormatException($"No effect is of kind {kind}."),
    };
}
