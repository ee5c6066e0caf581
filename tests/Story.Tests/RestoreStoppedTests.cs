using Skale.EventStore;
using Skale.Servers;

namespace Skale.Story.Tests;

/// <summary><c>skale store restore</c> that stops in the middle: what it leaves, and what it says to do.</summary>
public sealed class RestoreStoppedTests : IDisposable
{
    private const int Failed = 1, Events = 5_000, Changed = 4_500, StoredBefore = 4_096;
    private readonly string folder = Repository.NewFolder("stopped");

    [Fact]
    public async Task a_restore_that_stops_says_what_is_there_and_how_to_begin_anew()
    {
        var (source, store) = (Path.Combine(folder, "source"), Path.Combine(folder, "store"));
        await using (var log = JournalLog.Open(source))
        {
            await log.Append([.. Enumerable.Range(1, Events).Select(v => new NewEvent(EventId.Of($"{v}"), "node-1", v, "node_measured", "{}"u8.ToArray(), DateTimeOffset.UnixEpoch))]);
        }

        var file = Path.Combine(source, "000000000001.jsonl");
        var lines = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, lines.Replace($"\"Stream\":\"node-1\",\"Type\":\"node_measured\",\"Version\":{Changed},", $"\"Stream\":\"node-1\",\"Type\":\"node_invented\",\"Version\":{Changed},", StringComparison.Ordinal));

        string[] restore = ["store", "restore", source, "--journal", store, "--log", "node-1"];
        var (code, output) = await SkaleCommand.Run(restore);
        Assert.Equal(Failed, code);
        Assert.Contains($"The event at position {Changed} was changed in the source", output);
        Assert.Contains($"Log node-1 holds the first {StoredBefore} events now, or some more, and is not complete.", output);
        var left = Path.Combine(store, "node-1");
        Assert.Contains($"move {left} away, and restore again", output);

        (code, output) = await SkaleCommand.Run(restore);
        Assert.Equal(Failed, code);
        Assert.Contains($"is not empty ({StoredBefore} events)", output);
        Directory.Move(left, $"{left}.away");
        await File.WriteAllTextAsync(file, lines);
        Assert.Contains($"{Events} events restored", await SkaleCommand.Output(restore));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
