using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;

namespace Skale.Ethereum.Development;

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

    /// <summary>
    /// Runs the program, stops it when standard input ends, and ends with its exit code. Ctrl-C in a terminal is the parent's to handle.
    /// Beside a state file it holds a lock: a node whose parent was killed may still be writing the file when the next one starts.
    /// </summary>
    private const string EndWithParent =
        """trap '' INT; if [ -n "$0" ]; then exec 9>"$0"; flock -w 20 9 || { echo "Another process uses the chain of $0."; exit 1; }; fi; exec 3<&0; "$@" </dev/null 3<&- & child=$!; { read -r _ <&3; kill -TERM $child; } & watch=$!; wait $child; code=$?; kill $watch 2>/dev/null; exit $code""";

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
        var start = new ProcessStartInfo("/bin/sh", ["-c", EndWithParent, options.StateFile is { } file ? $"{file}.lock" : "", options.Program, .. Arguments(options)])
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
            if (options.StateFile is not null)
            {
                await rpc.Send(RpcCall.Of("evm_setTime", _ => true, DateTimeOffset.UtcNow.ToUnixTimeSeconds()), cancellation);
            }

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
            arguments.AddRange(["--state", file, "--state-interval", Text(Math.Max(1, (long)options.StateInterval.TotalSeconds)), "--preserve-historical-states", "--timestamp", Text(GenesisTime(file))]);
        }

        return arguments;

        static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// The time of block 0, kept beside the state. anvil makes a block 0 at each start and keeps those of earlier starts in the state file too,
    /// so that after the third start any of them may be the one it answers; with one time they are one block.
    /// </summary>
    private static long GenesisTime(string stateFile)
    {
        var file = $"{stateFile}.genesis";
        if (!File.Exists(file))
        {
            File.WriteAllText(file, DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        }

        return long.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture);
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
