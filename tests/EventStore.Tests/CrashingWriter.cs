namespace Skale.EventStore.Tests;

/// <summary>Appends batches of every size from several tasks at once, says what was acknowledged, and goes on until it is killed or fails.</summary>
internal static class CrashingWriter
{
    /// <summary>What it prints before it opens the log.</summary>
    public const string Opening = "opening";

    private const int Tasks = 4;

    public static async Task Run(LogPlace place, int seed)
    {
        await Console.Out.WriteLineAsync(Opening);
        await using var log = await place.OpenWriter();
        var versions = await LastVersions(log);
        await Task.WhenAll(Enumerable.Range(0, Tasks).Select(task => Task.Run(async () =>
        {
            var random = new Random((seed * Tasks) + task);
            var stream = $"s-{task}";
            for (var version = versions.GetValueOrDefault(stream) + 1; ;)
            {
                var size = random.Next(1, 8);
                var position = await log.Append(Some.Batch(stream, version, size, random));
                version += size;
                await Console.Out.WriteLineAsync($"stored {stream} {version - 1} {position} .");
            }
        })));
    }

    /// <summary>What a writer said was acknowledged; a line that the kill cut short counts for nothing.</summary>
    public static IEnumerable<(string Stream, long Version, long Position)> Acknowledged(string output) =>
        output.Split('\n').Select(line => line.TrimEnd().Split(' ')).Where(words => words is ["stored", _, _, _, "."])
            .Select(words => (words[1], long.Parse(words[2]), long.Parse(words[3])));

    /// <summary>From the end of the log: as far back as it takes to meet every stream.</summary>
    private static async Task<Dictionary<string, long>> LastVersions(IEventLog log)
    {
        var head = await log.Head();
        for (var window = 200L; ; window *= 4)
        {
            var versions = (await log.ReadAll(Math.Max(0, head - window)).All()).GroupBy(e => e.Stream).ToDictionary(s => s.Key, s => s.Max(e => e.Version));
            if (versions.Count == Tasks || window >= head)
            {
                return versions;
            }
        }
    }
}
