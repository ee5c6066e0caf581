using System.ComponentModel;
using System.Diagnostics;

namespace Skale.Docker;

/// <summary>The shared libraries a program of this machine needs, as its own loader finds them.</summary>
internal static class SharedLibraries
{
    /// <summary>Absolute paths, the loader included; empty for a static program.</summary>
    /// <exception cref="InvalidOperationException">A library is missing, or the machine has no <c>ldd</c>.</exception>
    public static async Task<IReadOnlyList<string>> Of(string program, CancellationToken cancellation)
    {
        var (exitCode, output) = await Ldd(program, cancellation);
        if (output.Contains("not a dynamic executable", StringComparison.Ordinal) || output.Contains("statically linked", StringComparison.Ordinal))
        {
            return [];
        }

        if (exitCode != 0 || output.Contains("not found", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"The shared libraries of {program} are not all on this machine: {output.Trim()}");
        }

        // "libc.so.6 => /lib/libc.so.6 (0x7f...)", "/lib64/ld-linux-x86-64.so.2 (0x7f...)"; "linux-vdso.so.1 (0x7f...)" is the kernel's and no file.
        return [.. output.Split('\n').SelectMany(line => line.Split(' ', '\t').Where(word => word.StartsWith('/')).Take(1)).Distinct()];
    }

    private static async Task<(int ExitCode, string Output)> Ldd(string program, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("ldd", [program]) { RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["LC_ALL"] = "C" } };
        try
        {
            using var ldd = Process.Start(start)!;
            var output = ldd.StandardOutput.ReadToEndAsync(cancellation);
            var errors = ldd.StandardError.ReadToEndAsync(cancellation);
            await ldd.WaitForExitAsync(cancellation);
            return (ldd.ExitCode, await output + await errors);
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("ldd cannot be run; it belongs to the C library's tools (Debian package libc-bin).", e);
        }
    }
}
