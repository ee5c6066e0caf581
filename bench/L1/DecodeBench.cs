using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using Skale.ChainWatcher;
using Skale.Ethereum;
using Skale.Servers;

namespace Skale.Bench.L1;

/// <summary>Decoding the logs that a real SKALE Manager emitted, on one core.</summary>
internal static class DecodeBench
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(3);

    /// <summary>Logs per second: from topics and data to named fields, and from the bytes of an <c>eth_getLogs</c> answer to there.</summary>
    public static async Task<(double Decoded, double FromTheWire)> Run()
    {
        var answer = Recorded();
        var contracts = ContractFiles.Load(new ChainWatcherOptions { Contracts = Repository.Path("tests", "Ethereum.Tests", "data", "contracts.json") });
        using var rpc = new JsonRpcClient(new Uri("http://recorded.example"), transport: new Replay(answer));
        var logs = await rpc.Send(Eth.Logs(LogFilter.Blocks(0, 1, [])));
        Decode(logs, contracts);
        var decoded = Rate(logs.Count, () => Decode(logs, contracts));
        return (decoded, Rate(logs.Count, () => Decode(rpc.Send(Eth.Logs(LogFilter.Blocks(0, 1, []))).GetAwaiter().GetResult(), contracts)));
    }

    private static void Decode(IReadOnlyList<Log> logs, ContractSet contracts)
    {
        foreach (var log in logs)
        {
            LogTranslation.ToChainLog(log, contracts.EventOf(log));
        }
    }

    /// <summary>By the processor time of this process, which does nothing else.</summary>
    private static double Rate(int logs, Action pass)
    {
        var (clock, before, passes) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime, 0L);
        for (; clock.Elapsed < Time; passes++)
        {
            pass();
        }

        return passes * logs / (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }

    private static byte[] Recorded()
    {
        using var file = new GZipStream(File.OpenRead(Repository.Path("tests", "Ethereum.Tests", "data", "logs.json.gz")), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        bytes.Write("""{"jsonrpc":"2.0","id":0,"result":"""u8);
        file.CopyTo(bytes);
        bytes.Write("}"u8);
        return bytes.ToArray();
    }

    private sealed class Replay(byte[] answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(answer) });
    }
}
