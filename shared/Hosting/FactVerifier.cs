using MassTransit;
using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>Checks that what the contract is said to have said comes from who holds ChainWatcher's key, whoever can publish on the bus.</summary>
/// <param name="keys">Of ChainWatcher; during a change of keys, the old one and the new.</param>
public sealed class FactVerifier(IReadOnlyList<VerifierKey> keys)
{
    /// <summary>Nothing when it is signed with one of the keys.</summary>
    /// <exception cref="SignatureRefusedException">It is not.</exception>
    public void Require<T>(ConsumeContext<T> context)
        where T : class
    {
        var signed = SignedHeader.Read(context, BusHeaders.Fact, "Set Facts:SigningKey for ChainWatcher; if it is set, somebody else has sent this");
        SignedHeader.Require(context, signed, () => FactNote.Of(context).Lines, keys);
    }
}
