using MassTransit;
using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>Checks that orders come from who holds the scheduler's key, whoever can publish on the bus.</summary>
/// <param name="keys">Of the scheduler; during a change of keys, the old one and the new.</param>
public sealed class OrderVerifier(IReadOnlyList<VerifierKey> keys, TimeProvider clock)
{
    /// <summary>Nothing when the order is good.</summary>
    /// <exception cref="SignatureRefusedException">It is not.</exception>
    public void Require<T>(ConsumeContext<T> context)
        where T : class
    {
        var signed = SignedHeader.Read(context, BusHeaders.Order, "Set Orders:SigningKey for the scheduler; if it is set, somebody else has sent this");
        var expires = OrderNote.ExpiryOf(signed) ?? throw SignedHeader.Refused(SignatureRefusedException.Forged, context, "is signed without the time at which it expires");
        SignedHeader.Require(context, signed, () => OrderNote.Of(context, expires).Lines, keys);
        if (expires < clock.GetUtcNow())
        {
            throw SignedHeader.Refused(
                SignatureRefusedException.Expired, context, $"was good until {expires:u}. Compare this machine's clock with the scheduler's; an order that lay that long is asked for anew");
        }
    }
}
