using System.Text;

namespace Skale.EventStore.Tests;

/// <summary>Appends batches of every size from several tasks at once, says what was acknowledged, and goes on until it is killed.</summary>
internal static class CrashingWriter
{
    private const int Tasks = 4;

    public static async Task Run(LogPlace place, int seed)
    {
        await using var log = await place.OpenWriter();
        var versions = (await log.ReadAll().All()).GroupBy(e => e.Stream).ToDictionary(s => s.Key, s => s.Max(e => e.Version));
        await Task.WhenAll(Enumerable.Range(0, Tasks).Select(task => Task.Run(async () =>
        {
            var random = new Random((seed * Tasks) + task);
            var stream = $"s-{task}";
            for (var version = versions.GetValueOrDefault(stream) + 1; ;)
            {
                var size = random.Next(1, 8);
                var batch = Enumerable.Range(0, size).Select(i => Event(stream, version + i, $"{stream}/{version}", size, random.Next(2000))).ToArray();
                var position = await log.Append(batch);
                await Console.Out.WriteLineAsync($"stored {stream} {version + size - 1} {position}");
                version += size;
            }
        })));
    }

    private static NewEvent Event(string stream, long version, string batch, int size, int padding) =>
        Some.Event(stream, version) with { Data = Encoding.UTF8.GetBytes($$"""{"Batch":"{{batch}}","Size":{{size}},"Padding":"{{new string('x', padding)}}"}""") };
}
