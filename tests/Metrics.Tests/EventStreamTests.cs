using System.Net.ServerSentEvents;
using System.Text.Json;
using Skale.Servers;

namespace Skale.Metrics.Tests;

public sealed class EventStreamTests
{
    [Fact]
    public async Task a_stream_gives_what_is_behind_a_position_and_then_what_happens()
    {
        await using var metrics = await RunningMetrics.Start();
        await metrics.Record(s => s.Nodes(1));
        await using var stream = await Open(metrics, "/api/events/stream?after=2");
        await using var events = SseParser.Create(stream).EnumerateAsync().GetAsyncEnumerator();

        Assert.Equal(("3", "node_enrolled"), await Next(events));
        Assert.Equal(("4", "assignment_issued"), await Next(events));
        await metrics.Record(s => s.Register(1));
        Assert.Equal(("5", "node_registered"), await Next(events));
    }

    [Fact]
    public async Task a_client_that_comes_back_with_its_last_id_misses_and_repeats_nothing()
    {
        await using var metrics = await RunningMetrics.Start();
        await metrics.Record(s => s.Nodes(2));
        await using var stream = await Open(metrics, "/api/events/stream?after=0", lastId: "6");
        await using var events = SseParser.Create(stream).EnumerateAsync().GetAsyncEnumerator();

        Assert.Equal(("7", "assignment_issued"), await Next(events));
    }

    [Fact]
    public async Task without_a_position_a_stream_begins_at_the_end()
    {
        await using var metrics = await RunningMetrics.Start();
        await metrics.Record(s => s.Nodes(2));
        await using var stream = await Open(metrics, "/api/events/stream");
        await metrics.Record(s => s.Register(9));
        await using var events = SseParser.Create(stream).EnumerateAsync().GetAsyncEnumerator();

        Assert.Equal(("8", "node_registered"), await Next(events));
    }

    [Fact]
    public async Task an_open_stream_does_not_keep_the_process_from_stopping()
    {
        var metrics = await RunningMetrics.Start();
        await using var stream = await Open(metrics, "/api/events/stream");
        await using var page = await Open(metrics, "/page/stream");

        await metrics.DisposeAsync().AsTask().WaitAsync(Wait.Patience);
    }

    private static async Task<Stream> Open(RunningMetrics metrics, string path, string? lastId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastId);
        }

        var answer = await metrics.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", answer.EnsureSuccessStatusCode().Content.Headers.ContentType!.MediaType);
        return await answer.Content.ReadAsStreamAsync();
    }

    private static async Task<(string? Id, string? Type)> Next(IAsyncEnumerator<SseItem<string>> events)
    {
        Assert.True(await events.MoveNextAsync().AsTask().WaitAsync(Wait.Patience));
        return (events.Current.EventId, JsonElement.Parse(events.Current.Data).GetProperty("type").GetString());
    }
}
