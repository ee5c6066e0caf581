using System.ComponentModel;
using System.Diagnostics;

namespace Skale.NodeAgent;

/// <summary>A program of the host, such as <c>tc</c>, run to its end.</summary>
internal static class HostTool
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Returns what it printed.</summary>
    /// <exception cref="HostToolException">It is missing, failed, or did not end in time; the message is its own.</exception>
    /// <param name="atMost">It is killed then; a minute when null.</param>
    public static async Task<string> Run(string program, IReadOnlyList<string> arguments, string? input = null, TimeSpan? atMost = null)
    {
        var patience = atMost ?? Patience;
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["LC_ALL"] = "C", ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin" },
        };
        using var limit = new CancellationTokenSource(patience);
        Process? process = null;
        try
        {
            process = Process.Start(start)!;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await Feed(process, input);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? await output : throw new HostToolException($"{program}: {OneLine(await errors + await output)}");
        }
        catch (Win32Exception e)
        {
            throw new HostToolException($"{program} is not on this machine ({e.Message})", e);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            throw new HostToolException($"{program} did not take its input or did not end within {patience.TotalSeconds:0} s", e);
        }
        finally
        {
            if (process is { HasExited: false })
            {
                process.Kill(entireProcessTree: true);
            }

            process?.Dispose();
        }
    }

    /// <summary>Null when it works, else why it does not.</summary>
    public static async Task<string?> Try(Func<Task> what)
    {
        try
        {
            await what();
            return null;
        }
        catch (Exception e) when (e is HostToolException or IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    /// <summary>A program that takes no input may have closed its side.</summary>
    private static async Task Feed(Process process, string? input)
    {
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
        }

        process.StandardInput.Close();
    }

    private static string OneLine(string text) => string.Join("; ", text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}

/// <summary>A program of the host could not do what it was asked.</summary>
internal sealed class HostToolException(string reason, Exception? cause = null) : Exception(reason, cause);
