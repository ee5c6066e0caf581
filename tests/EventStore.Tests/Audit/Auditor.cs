using System.Text.RegularExpressions;
using Skale.Servers;

namespace Skale.EventStore.Tests;

/// <summary>The independent verifier, <c>docs/audit/verify.py</c>, run as an auditor runs it.</summary>
internal static partial class Auditor
{
    /// <summary>Whether it verifies, the first position it names (0 for none), and what it says.</summary>
    public static async Task<(bool IsVerified, long Position, string Says)> Verify(string folder, params string[] options)
    {
        await using var run = ServerProcess.Start("python3", ["-B", Repository.Path("docs", "audit", "verify.py"), folder, .. options]);
        await run.WaitForExit(Wait.Patience);
        Assert.True(run.ExitCode is 0 or 1 && !run.Output.Contains("Traceback", StringComparison.Ordinal), $"{run.ExitCode}: {run.Output}");
        var position = Position().Match(run.Output);
        return (run.ExitCode == 0, position.Success ? long.Parse(position.Groups[1].Value) : 0, run.Output);
    }

    /// <summary>Both verifiers say the same: whether it is verified and, if not, where it is not.</summary>
    public static async Task<ExportReport> AgreesOn(string folder, VerifierKey? pinned = null, string? held = null)
    {
        var ours = ExportVerifier.Verify(folder, pinned, held is null ? [] : [.. NoteReader.Read(held)]);
        var theirs = await Verify(folder, [.. pinned is null ? Array.Empty<string>() : ["--key", $"{pinned}"], .. held is null ? Array.Empty<string>() : ["--checkpoint", held]]);
        Assert.True(
            ours.IsVerified == theirs.IsVerified && (ours.IsVerified || theirs.Position == ours.Findings[0].Position), $"ours: {ours.Text()}\ntheirs: {theirs.Says}");
        return ours;
    }

    [GeneratedRegex("^NOT VERIFIED: positions? ([0-9]+)")]
    private static partial Regex Position();
}
