using System.CommandLine;
using System.Globalization;
using Skale.EventStore;
using Skale.Hosting;

namespace Skale.Cli.Commands.Audit;

/// <summary><c>skale audit prove EVENT</c>: a file that proves to a stranger that the log holds an event.</summary>
internal static class ProveCommand
{
    private const string Latest = "latest";

    public static Command Create()
    {
        var which = new Argument<string>("EVENT") { Description = "The id of an event, or its position." };
        var file = new Option<string?>("--out") { Description = "File for the proof. Default: standard output." };
        var checkpoint = new Option<string?>("--checkpoint") { Description = $"Prove it under this checkpoint: a file, or '{Latest}'. Default: the first one that covers the event." };
        var prove = new Command("prove", "Prove that the log holds an event, to anyone: 'skale audit verify-proof' checks the file without the log.") { which, file, checkpoint }.WithStore();
        prove.SetAction((arguments, cancellation) => StoreChoice.Run(
            arguments, log => Prove(log, arguments.GetValue(which)!, arguments.GetValue(checkpoint), arguments.GetValue(file), cancellation), cancellation));
        return prove;
    }

    private static async Task<int> Prove(IEventLog log, string which, string? checkpoint, string? file, CancellationToken cancellation)
    {
        var position = await Position(log, which, cancellation);
        var note = checkpoint switch
        {
            null => null,
            Latest => await log.Evidence.LastSeal(cancellation),
            _ => GivenFile.Checkpoint(checkpoint),
        };
        EventProof proof;
        using (var progress = new ProgressLine($"proof from log {log.Name}", await log.Head(cancellation)))
        {
            proof = await LogProver.ProveEvent(log, position, note, progress.Report, cancellation);
        }

        await ProofScreen.Write(proof.ToBytes(), file, cancellation);
        if (file is not null)
        {
            ProofScreen.Show(proof);
            Console.WriteLine($"Proof written to {Path.GetFullPath(file)}. Check it anywhere with 'skale audit verify-proof {file}'.");
        }

        return ExitCodes.Done;
    }

    private static async Task<long> Position(IEventLog log, string which, CancellationToken cancellation)
    {
        if (Guid.TryParseExact(which, "D", out var id))
        {
            return await log.Evidence.PositionOf(id, cancellation) is > 0 and var found ? found : throw new StoreChoice.NotThereException($"Log {log.Name} holds no event {id}.");
        }

        if (!long.TryParse(which, NumberStyles.None, CultureInfo.InvariantCulture, out var position) || position == 0)
        {
            throw new StoreChoice.BadChoiceException($"'{which}' is neither an event id (8-4-4-4-12 hexadecimal digits) nor a position (1, 2, 3 ...).");
        }

        var (first, head) = ((await log.Evidence.LoadStart(cancellation)).Size + 1, await log.Head(cancellation));
        return position >= first && position <= head ? position : throw new StoreChoice.NotThereException($"Log {log.Name} holds no position {position}; it holds {first} to {head}.");
    }
}
