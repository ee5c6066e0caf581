using MassTransit;
using Skale.Contracts;
using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>Checks that reports and heartbeats come from the machine that joined as the node, whoever can publish on the bus.</summary>
public sealed class ReportVerifier(string network, TimeProvider clock)
{
    /// <summary>How far a heartbeat's time may be from this machine's: it is not numbered, and an old one must not keep a dead node alive.</summary>
    public static readonly TimeSpan HeartbeatGoodFor = TimeSpan.FromMinutes(1);

    /// <summary>Nothing when it is signed with the key of the node it names.</summary>
    /// <exception cref="SignatureRefusedException">It is not.</exception>
    public void Require<T>(ConsumeContext<T> context, VerifierKey key)
        where T : class
    {
        var signed = SignedHeader.Read(
            context, BusHeaders.Report, "The node's machine has joined with a key: set NodeAgent:IdentityKey for its agent to the key's file; if it is set, somebody else has sent this");
        SignedHeader.Require(context, signed, () => ReportNote.Of(context, network).Lines, [key]);
        if (context.Message is NodeHeartbeat { At: var at } && (clock.GetUtcNow() - at).Duration() > HeartbeatGoodFor)
        {
            throw SignedHeader.Refused(SignatureRefusedException.Expired, context, $"is of {at:u}. Compare the clock of the node's machine with the scheduler's; if they agree, somebody repeats old ones");
        }
    }
}
