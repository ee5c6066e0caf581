using System.CommandLine;
using Skale.EventStore;
using Skale.Hosting;

namespace Skale.Cli.Commands.Audit;

/// <summary><c>skale audit verify-proof FILE</c>: checks a proof of an event, or of consistency, with nothing but the file.</summary>
internal static class VerifyProofCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "Made by 'skale audit prove' or 'skale audit consistency --out'." };
        var key = new Option<string?>("--key") { Description = "A verifier key of the log that you know from elsewhere (NAME+ID+KEY), or a file with it." };
        var held = new Option<string?>("--checkpoint") { Description = "A file with the checkpoint that you hold: the proof must be about that very one." };
        var verify = new Command("verify-proof", "Check a proof offline, without log and service. 0: proven; 1: not proven, and why.") { file, key, held, Screen.JsonOption };
        verify.SetAction((arguments, cancellation) => StoreChoice.Run(
            () => Task.FromResult(Verify(
                arguments.GetValue(file)!, GivenFile.Key(arguments.GetValue(key)), arguments.GetValue(held) is { } name ? GivenFile.Checkpoint(name) : null, arguments.GetValue(Screen.JsonOption))),
            cancellation));
        return verify;
    }

    private static int Verify(string file, VerifierKey? key, SignedNote? held, bool json)
    {
        var bytes = GivenFile.Bytes(file);
        try
        {
            var proof = EventProof.IsMeant(bytes) ? ProofText.Of(EventProof.Parse(bytes, file, key))
                : ConsistencyProof.IsMeant(bytes) ? ProofText.Of(ConsistencyProof.Parse(bytes, file, key))
                : throw new StoreChoice.BadChoiceException($"{file} is no proof: it begins neither as 'skale audit prove' nor as 'skale audit consistency --out' writes it.");
            if (held is not null && !proof.IsAbout(Checkpoint.Parse(held)))
            {
                var other = Checkpoint.Parse(held);
                return ProofScreen.NotProven(
                    $"The checkpoint you hold, of {other.Size} events of {other.Origin}, is none of those in the proof. Have it proven with '--checkpoint {held.Source}', or have the consistency of the two proven.", json);
            }

            ProofScreen.Proven(proof, key is not null, json);
            return ExitCodes.Done;
        }
        catch (SealException e)
        {
            return ProofScreen.NotProven(e.Message, json);
        }
    }
}
