using System.Diagnostics;
using System.Text;

namespace Skale.Servers;

/// <summary>A real process under test or in service of one: started with its own environment, its output kept, killed with its children at the end.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly StringBuilder output = new();

    private ServerProcess(Process process) => this.process = process;

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    /// <summary>Everything it has printed so far, both streams.</summary>
    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    public static ServerProcess Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, string? folder = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder ?? Repository.Root,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var server = new ServerProcess(new Process { StartInfo = start });
        server.process.OutputDataReceived += server.Keep;
        server.process.ErrorDataReceived += server.Keep;
        server.process.Start();
        server.process.BeginOutputReadLine();
        server.process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Runs a program to its end and returns what it printed; fails on an exit code other than 0.</summary>
    public static async Task<string> Run(string program, IEnumerable<string> arguments, TimeSpan atMost, IReadOnlyDictionary<string, string>? environment = null)
    {
        await using var run = Start(program, arguments, environment);
        await run.WaitForExit(atMost);
        return run.ExitCode == 0 ? run.Output : throw new InvalidOperationException($"{program} ended with {run.ExitCode}: {run.Output}");
    }

    public async Task WaitForExit(TimeSpan atMost)
    {
        using var limit = new CancellationTokenSource(atMost);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{process.StartInfo.FileName} has not ended within {atMost.TotalSeconds:0} s. Output: {Output}");
        }
    }

    /// <summary>SIGKILL, to this process alone: what a crash looks like.</summary>
    public async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM: what an orderly stop looks like.</summary>
    public async Task Terminate(TimeSpan atMost)
    {
        await Signal("TERM");
        await WaitForExit(atMost);
    }

    /// <param name="name">Of the signal, such as <c>STOP</c>, which makes the process stand still, and <c>CONT</c>.</param>
    public async Task Signal(string name)
    {
        using var signal = Process.Start("kill", [$"-{name}", $"{process.Id}"]);
        await signal.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        // Null is the end of one of the two streams, which may come before the other's first line.
        if (line.Data is { } said)
        {
            lock (output)
            {
                output.AppendLine(said);
            }
        }
    }
}
