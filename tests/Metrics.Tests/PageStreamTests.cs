using System.Net.ServerSentEvents;
using System.Text.Json;
using Skale.Servers;

namespace Skale.Metrics.Tests;

public sealed class PageStreamTests
{
    [Fact]
    public async Task a_page_is_sent_what_has_changed_since_the_position_it_shows()
    {
        await using var metrics = await RunningMetrics.Start();
        await metrics.Record(s => s.Nodes(3));
        var shown = metrics.Scheduler.Events.Count;
        await metrics.Record(s => s.Buy("alpha", 32, 1, 1));

        var patch = await First(metrics, $"/page/stream?at={shown}");

        Assert.False(patch.GetProperty("full").GetBoolean());
        Assert.Equal(["status", "node-1", "chain-alpha"], Ids(patch).Where(id => !id.StartsWith("event-", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task a_page_that_shows_what_nobody_remembers_is_sent_everything()
    {
        await using var metrics = await RunningMetrics.Start();
        await metrics.Record(s => s.Nodes(3));

        var patch = await First(metrics, "/page/stream?at=999999");

        Assert.True(patch.GetProperty("full").GetBoolean());
        Assert.Equal(["status", "node-0", "node-1", "node-2"], Ids(patch).Where(id => !id.StartsWith("event-", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task names_are_shown_as_text_whatever_they_hold()
    {
        await using var metrics = await RunningMetrics.Start();
        await metrics.Record(s => s.Nodes(1).Buy("<script>alert(1)</script>", 32, 1, 0));

        var page = await metrics.Http.GetStringAsync("/");

        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)", page, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> First(RunningMetrics metrics, string path)
    {
        await using var stream = await metrics.Http.GetStreamAsync(path);
        await using var patches = SseParser.Create(stream).EnumerateAsync().GetAsyncEnumerator();
        Assert.True(await patches.MoveNextAsync().AsTask().WaitAsync(Wait.Patience));
        return JsonElement.Parse(patches.Current.Data);
    }

    private static IEnumerable<string> Ids(JsonElement patch) => patch.GetProperty("parts").EnumerateArray().Select(p => p.GetProperty("id").GetString()!);
}
