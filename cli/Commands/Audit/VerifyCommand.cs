using System.CommandLine;
using System.Diagnostics;
using Skale.EventStore;
using Skale.Hosting;

namespace Skale.Cli.Commands.Audit;

/// <summary><c>skale audit verify DIR</c>: whether an export, or a journal in place, is what was sealed. Needs no service and no network.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "An export, or the journal of one log." };
        var key = new Option<string?>("--key") { Description = "A verifier key of the log that you know from elsewhere (NAME+ID+KEY), or a file with it." };
        var held = new Option<string[]>("--checkpoint") { Description = "A file of checkpoints that you hold: the log must extend each of them. May be repeated." };
        var verify = new Command("verify", "Verify an export offline: every event, digest, stream and checkpoint. 0: verified; 1: tampering was found, and where.") { folder, key, held, Screen.JsonOption };
        verify.SetAction((arguments, cancellation) => StoreChoice.Run(
            () => Task.FromResult(Verify(arguments.GetValue(folder)!, GivenFile.Key(arguments.GetValue(key)), [.. (arguments.GetValue(held) ?? []).SelectMany(GivenFile.Notes)], arguments.GetValue(Screen.JsonOption), cancellation)), cancellation));
        return verify;
    }

    private static int Verify(string folder, VerifierKey? key, List<SignedNote> held, bool json, CancellationToken cancellation)
    {
        var begun = Stopwatch.GetTimestamp();
        if (!Directory.Exists(folder))
        {
            throw new StoreChoice.NotThereException($"There is no folder {Path.GetFullPath(folder)}.");
        }

        ExportReport report;
        using (var progress = new ProgressLine("verification", ExportVerifier.Estimate(folder)))
        {
            report = GivenFile.Wrong(() => ExportVerifier.Verify(folder, key, held, progress.Report, cancellation));
        }

        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        if (json)
        {
            Screen.Json(Answer.Of(report, seconds));
        }
        else
        {
            VerifyScreen.Show(report, seconds);
        }

        return report.IsVerified ? ExitCodes.Done : ExitCodes.Failed;
    }

    /// <summary>The answer as JSON.</summary>
    private sealed record Answer(
        string Folder, bool Verified, long After, long Last, long Events, int Streams, long Checkpoints, CheckpointText? LastGood, long Unsealed, string[] Keys, bool KeyPinned, int CheckpointsHeld,
        IReadOnlyList<FindingText> Findings, long FindingCount, double Seconds)
    {
        public static Answer Of(ExportReport r, double seconds) => new(
            r.Folder, r.IsVerified, r.After, r.Last, r.Events, r.Streams, r.Checkpoints, CheckpointText.Of(r.LastGood), r.Unsealed, [.. r.Keys?.Statements.Select(s => $"{s.Key}") ?? []],
            r.IsPinned, r.Held, [.. r.Findings.Select(f => new FindingText($"{f.Kind}", f.Position, f.Last, f.File, f.Line, f.What))], r.FindingCount, Math.Round(seconds, 3));
    }

    private sealed record FindingText(string Kind, long Position, long Last, string File, long Line, string What);
}
