using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;

namespace Skale.Ethereum.Development;

/// <summary>How a local development node is started.</summary>
public sealed record AnvilOptions
{
    /// <summary>The anvil program.</summary>
    public required string Program { get; init; }

    /// <summary>The TCP port on the loopback address; 0 lets the system choose a free one.</summary>
    public int Port { get; init; }

    public long ChainId { get; init; } = 31337;

    /// <summary>The time between blocks; null makes a block for each transaction at once.</summary>
    public TimeSpan? BlockTime { get; init; }

    /// <summary>Blocks in an epoch: <c>safe</c> is one epoch behind the head, <c>finalized</c> two.</summary>
    public int EpochBlocks { get; init; } = 1;

    /// <summary>A file the chain is loaded from when it exists and written to, with its whole history; null keeps the chain in memory.</summary>
    public string? StateFile { get; init; }

    /// <summary>How often the state file is written besides at the end.</summary>
    public TimeSpan StateInterval { get; init; } = TimeSpan.FromSeconds(5);
}

/// <summary>
/// A local Ethereum node for development and tests. It ends with its parent, whatever way that ends, because a shell beside it watches the
/// parent's end of a pipe; the state file is then still written.
/// </summary>
public sealed class AnvilProcess : IAsyncDisposable
{
    /// <summary>The first account every anvil unlocks and funds.</summary>
    public const string FirstAccount = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";

    private const string Listening = "Listening on 127.0.0.1:";
    private const int LastLines = 20;

    /// <summary>Runs the program, stops it when standard input ends, and ends with its exit code. Ctrl-C in a terminal is the parent's to handle.</summary>
    private const string EndWithParent =
        """trap '' INT; exec 3<&0; "$@" </dev/null 3<&- & child=$!; { read -r _ <&3; kill -TERM $child; } & watch=$!; wait $child; code=$?; kill $watch 2>/dev/null; exit $code""";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(15);

    private readonly Process process;
    private readonly Channel<string> lines = Channel.CreateUnbounded<string>();
    private readonly Queue<string> last = new();

    private AnvilProcess(Process process) => this.process = process;

    /// <summary>Where it answers JSON-RPC over HTTP.</summary>
    public Uri Http { get; private set; } = new("http://127.0.0.1");

    /// <summary>Where it offers subscriptions.</summary>
    public Uri WebSocket => new UriBuilder(Http) { Scheme = "ws" }.Uri;

    public bool HasExited => process.HasExited;

    /// <summary>Starts it and returns when it answers.</summary>
    /// <exception cref="InvalidOperationException">It ended instead (port taken, state file unreadable); the message carries what it printed.</exception>
    public static async Task<AnvilProcess> Start(AnvilOptions options, CancellationToken cancellation = default)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", EndWithParent, "sh", options.Program, .. Arguments(options)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var anvil = new AnvilProcess(new Process { StartInfo = start });
        anvil.process.OutputDataReceived += anvil.Keep;
        anvil.process.ErrorDataReceived += anvil.Keep;
        anvil.process.Start();
        anvil.process.BeginOutputReadLine();
        anvil.process.BeginErrorReadLine();
        try
        {
            await anvil.WaitUntilItListens(cancellation);
            using var rpc = new JsonRpcClient(anvil.Http, StartLimit);
            await rpc.Send(Eth.ChainId(), cancellation);
            return anvil;
        }
        catch
        {
            await anvil.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops it in an orderly way, so that the state file is complete; kills it when that takes longer than 15 s.</summary>
    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(StopLimit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }

        process.Dispose();
    }

    private static List<string> Arguments(AnvilOptions options)
    {
        List<string> arguments = ["--host", "127.0.0.1", "--port", Text(options.Port), "--chain-id", Text(options.ChainId), "--slots-in-an-epoch", Text(options.EpochBlocks)];
        if (options.BlockTime is { } time)
        {
            arguments.AddRange(["--block-time", Text(time.TotalSeconds)]);
        }

        if (options.StateFile is { } file)
        {
            arguments.AddRange(["--state", file, "--state-interval", Text(Math.Max(1, (long)options.StateInterval.TotalSeconds)), "--preserve-historical-states"]);
        }

        return arguments;

        static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
    }

    private async Task WaitUntilItListens(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(StartLimit);
        try
        {
            await foreach (var line in lines.Reader.ReadAllAsync(limit.Token))
            {
                if (line.StartsWith(Listening, StringComparison.Ordinal))
                {
                    Http = new Uri($"http://127.0.0.1:{line[Listening.Length..].Trim()}");
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new InvalidOperationException($"anvil does not listen after {StartLimit.TotalSeconds:0} s. {Printed()}");
        }

        throw new InvalidOperationException($"anvil ended before it listened. {Printed()}");
    }

    private string Printed()
    {
        lock (last)
        {
            return $"It printed: {string.Join(Environment.NewLine, last)}";
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null)
        {
            lines.Writer.TryComplete();
            return;
        }

        lock (last)
        {
            last.Enqueue(line.Data);
            if (last.Count > LastLines)
            {
                last.Dequeue();
            }
        }

        if (Http.IsDefaultPort)
        {
            lines.Writer.TryWrite(line.Data);
        }
    }
}
