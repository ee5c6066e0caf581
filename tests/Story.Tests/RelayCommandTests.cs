using Skale.EventStore;
using Skale.Servers;

namespace Skale.Story.Tests;

/// <summary><c>skale relay</c> beside a log whose relay has come to position 2 of 3.</summary>
public sealed class RelayCommandTests : IAsyncLifetime
{
    private const int Failed = 1, BadInput = 2, NotFound = 5;
    private readonly string folder = Repository.NewFolder("relay");

    public async ValueTask InitializeAsync()
    {
        await using var log = JournalLog.Open(Path.Combine(folder, "scheduler"));
        await log.Append(
            [.. Enumerable.Range(1, 3).Select(n => new NewEvent(EventId.Of($"{n}"), "network", n, "time_passed", "{}"u8.ToArray(), DateTimeOffset.UnixEpoch))],
            TestContext.Current.CancellationToken);
        await log.SaveCheckpoint("relay", 1, TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task the_event_that_comes_next_is_asked_to_be_skipped_and_status_shows_it()
    {
        Assert.Contains("Asked for position 2 (time_passed, stream network) of log scheduler to be skipped", await SkaleCommand.Output(["relay", "skip", "scheduler", "2", "--reason", "no receiver", "--journal", folder]));

        Assert.True(File.Exists(Path.Combine(folder, "scheduler", "skips", "000000000002.json")));
        var text = await SkaleCommand.Output(["relay", "status", "scheduler", "--journal", folder]);
        Assert.Contains("Log scheduler: published up to position 1 of 3, 2 events wait.", text);
        Assert.Contains("Next: position 2 (time_passed, stream network), recorded 1970-01-01 00:00:00.000 UTC", text);
        Assert.Matches("Asked to skip position 2 by .+@.+: no receiver", text);
        var json = await SkaleCommand.Json(["relay", "status", "scheduler", "--journal", folder]);
        Assert.Equal((1, 2, 2), (json.GetProperty("published").GetInt64(), json.GetProperty("lag").GetInt64(), json.GetProperty("requests")[0].GetProperty("position").GetInt64()));
    }

    [Theory]
    [InlineData("1", "why", Failed, "is not stuck at position 1: it comes to position 2 (time_passed) next")]
    [InlineData("3", "why", Failed, "is not stuck at position 3")]
    [InlineData("4", "why", NotFound, "is not stuck at position 4")]
    [InlineData("2", " ", BadInput, "Give --reason a text")]
    public async Task nothing_else_can_be_asked_for(string position, string reason, int code, string message)
    {
        var (ended, output) = await SkaleCommand.Run("relay", "skip", "scheduler", position, "--reason", reason, "--journal", folder);

        Assert.Equal(code, ended);
        Assert.Contains(message, output);
        Assert.False(Directory.Exists(Path.Combine(folder, "scheduler", "skips")));
    }
}
