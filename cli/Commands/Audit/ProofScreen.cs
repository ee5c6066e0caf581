using System.Text;
using System.Text.Json;
using Skale.EventStore;
using Skale.Hosting;

namespace Skale.Cli.Commands.Audit;

/// <summary>A proof as people and programs read it.</summary>
internal sealed record ProofText(string Kind, string Log, ProvenEvent? Event, IReadOnlyList<CheckpointText> Checkpoints, IReadOnlyList<string> Keys)
{
    public static ProofText Of(EventProof proof) => new("event", proof.Keys.Origin, ProvenEvent.Of(proof.Event), [CheckpointText.Of(proof.Checkpoint)!], KeysOf(proof.Keys));

    public static ProofText Of(ConsistencyProof proof) =>
        new("consistency", proof.Keys.Origin, null, [CheckpointText.Of(proof.Old)!, CheckpointText.Of(proof.New)!], KeysOf(proof.Keys));

    /// <summary>Whether a checkpoint is one of the proof's: the same tree of the same log, whenever it was signed.</summary>
    public bool IsAbout(Checkpoint held) => held.Origin == Log && Checkpoints.Any(c => c.Size == held.Size && c.Root == held.Root.ToBase64());

    private static List<string> KeysOf(KeyHistory keys) => [.. keys.Statements.Select(statement => $"{statement.Key}")];
}

/// <summary>The event of a proof.</summary>
internal sealed record ProvenEvent(long Position, string Type, string Stream, long Version, DateTimeOffset At, Guid Id, JsonElement Data)
{
    public static ProvenEvent Of(StoredEvent e) => new(e.Position, e.Type, e.Stream, e.Version, e.At, e.Id, JsonElement.Parse(e.Data.Span));
}

/// <summary>What a proof shows, or why it shows nothing.</summary>
internal static class ProofScreen
{
    /// <summary>Writes a proof to a file, or to standard output as it is.</summary>
    public static async Task Write(byte[] proof, string? file, CancellationToken cancellation)
    {
        if (file is not null)
        {
            await File.WriteAllBytesAsync(file, proof, cancellation);
            return;
        }

        await using var output = Console.OpenStandardOutput();
        await output.WriteAsync(proof, cancellation);
    }

    public static void Show(EventProof proof) => Show(ProofText.Of(proof));

    public static void Proven(ProofText proof, bool isPinned, bool json)
    {
        if (json)
        {
            Screen.Json(new Answer(true, null, isPinned, proof));
            return;
        }

        Show(proof);
        Console.WriteLine(proof.Event is { } e
            ? $"PROVEN: the log {proof.Log} held this event at position {e.Position} when the checkpoint was signed."
            : $"PROVEN: the log {proof.Log} was only appended to from {proof.Checkpoints[0].Size} to {proof.Checkpoints[1].Size} events.");
        if (isPinned)
        {
            Console.WriteLine("The key you gave is one of the log's.");
            return;
        }

        Console.WriteLine("No key was given, so the keys that come with it vouch for themselves: whoever wrote it can have made them. Compare with what you know from elsewhere, or give it by --key:");
        foreach (var key in proof.Keys)
        {
            Console.WriteLine($"  {key}");
        }
    }

    public static int NotProven(string reason, bool json)
    {
        if (json)
        {
            Screen.Json(new Answer(false, reason, false, null));
        }
        else
        {
            Console.WriteLine($"NOT PROVEN: {reason}");
        }

        return ExitCodes.Failed;
    }

    private static void Show(ProofText proof)
    {
        if (proof.Event is { } e)
        {
            Console.WriteLine($"Event      position {e.Position}: {e.Type}, version {e.Version} of stream {e.Stream}, id {e.Id}");
            Console.WriteLine($"Time       {Screen.Time(e.At)} UTC, as the event says");
            Console.WriteLine($"Data       {e.Data.GetRawText()}");
        }

        foreach (var checkpoint in proof.Checkpoints)
        {
            Console.WriteLine($"Checkpoint {checkpoint}");
        }
    }

    private sealed record Answer(bool Proven, string? Reason, bool KeyPinned, ProofText? Proof);
}
