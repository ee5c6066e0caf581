using System.Diagnostics;
using System.Globalization;
using Skale.EventStore;

namespace Skale.Bench.Store;

internal static class CpuBench
{
    public static async Task Run()
    {
        await using var server = await StoreServer.Start();
        foreach (var size in (Environment.GetEnvironmentVariable("SIZES") ?? "8,32,128,256,512").Split(',').Select(int.Parse))
        {
            await using var log = await server.NewLog("ours");
            var versions = new long[256];
            var streams = 0;
            async Task Some(int total)
            {
                for (var done = 0; done < total; done += size)
                {
                    var events = new NewEvent[size];
                    for (var i = 0; i < size; i++)
                    {
                        var s = streams++ % 256;
                        events[i] = Sample.Event($"w{s}", ++versions[s]);
                    }

                    await log.Append(events);
                }
            }

            await Some(size * 20);
            var before = Backends();
            var client = Process.GetCurrentProcess().TotalProcessorTime;
            var clock = Stopwatch.StartNew();
            var total = Math.Max(size * 20, 20000) / size * size;
            await Some(total);
            var spent = Backends().Max(b => b.Value - before.GetValueOrDefault(b.Key));
            var mine = Process.GetCurrentProcess().TotalProcessorTime - client;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"size {size}: backend {spent * 10000.0 / total:0.0} us/event, client {mine.TotalMicroseconds / total:0.0} us/event, wall {clock.Elapsed.TotalMicroseconds / total:0.0}"));
        }
    }

    private static Dictionary<int, long> Backends()
    {
        var found = new Dictionary<int, long>();
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var pid))
            {
                try
                {
                    if (File.ReadAllText($"{folder}/cmdline").Contains("skale_service test1", StringComparison.Ordinal))
                    {
                        var stat = File.ReadAllText($"{folder}/stat");
                        var words = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                        found[pid] = long.Parse(words[11], CultureInfo.InvariantCulture) + long.Parse(words[12], CultureInfo.InvariantCulture);
                    }
                }
                catch (IOException)
                {
                }
            }
        }

        return found;
    }
}
