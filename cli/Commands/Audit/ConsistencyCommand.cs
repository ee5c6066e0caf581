using System.CommandLine;
using Skale.EventStore;
using Skale.Hosting;

namespace Skale.Cli.Commands.Audit;

/// <summary><c>skale audit consistency OLD NEW</c>: whether a log was only appended to between two checkpoints.</summary>
internal static class ConsistencyCommand
{
    public static Command Create()
    {
        var old = new Argument<string>("OLD") { Description = "File with the earlier checkpoint." };
        var @new = new Argument<string>("NEW") { Description = "File with the later checkpoint." };
        var file = new Option<string?>("--out") { Description = "File for the proof, which 'skale audit verify-proof' checks without the log." };
        var key = new Option<string?>("--key") { Description = "A verifier key of the log that you know from elsewhere (NAME+ID+KEY), or a file with it." };
        var consistency = new Command("consistency", "Show that a later checkpoint of the log extends an earlier one: nothing was changed or removed in between. 1: it does not.")
        {
            old, @new, file, key, Screen.JsonOption,
        }.WithStore();
        consistency.SetAction((arguments, cancellation) => StoreChoice.Run(
            arguments,
            log => Show(
                log, GivenFile.Checkpoint(arguments.GetValue(old)!), GivenFile.Checkpoint(arguments.GetValue(@new)!), GivenFile.Key(arguments.GetValue(key)), arguments.GetValue(file),
                arguments.GetValue(Screen.JsonOption), cancellation),
            cancellation));
        return consistency;
    }

    private static async Task<int> Show(IEventLog log, SignedNote old, SignedNote @new, VerifierKey? key, string? file, bool json, CancellationToken cancellation)
    {
        ConsistencyProof proof;
        try
        {
            using var progress = new ProgressLine($"proof from log {log.Name}", Checkpoint.Parse(@new).Size);
            proof = await LogProver.ProveConsistency(log, old, @new, key, progress.Report, cancellation);
        }
        catch (ArgumentException e)
        {
            throw new StoreChoice.BadChoiceException(e.Message);
        }
        catch (NotProvenException e)
        {
            return ProofScreen.NotProven(e.Message, json);
        }

        if (file is not null)
        {
            await ProofScreen.Write(proof.ToBytes(), file, cancellation);
        }

        ProofScreen.Proven(ProofText.Of(proof), key is not null, json);
        return ExitCodes.Done;
    }
}
