using System.Text;

namespace Skale.EventStore.Tests;

/// <summary>Events to store, different in every call and the same in every run.</summary>
internal static partial class Some
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public static NewEvent Event(string stream, long version, string note = "") => new(
        EventId.Of($"{stream}/{version}/{note}"),
        stream,
        version,
        "node_measured",
        Encoding.UTF8.GetBytes($$"""{"Note":"{{note}}","Version":{{version}}}"""),
        Noon + TimeSpan.FromMicroseconds(version),
        EventId.Of($"cause of {stream}/{version}"),
        EventId.Of(stream));

    /// <summary>Versions first to last of one stream.</summary>
    public static NewEvent[] Events(string stream, long first, long last) =>
        [.. Enumerable.Range(0, (int)(last - first + 1)).Select(i => Event(stream, first + i))];

    /// <summary>Events of one stream that belong together and say so: they are all stored or none.</summary>
    public static NewEvent[] Batch(string stream, long first, int size, Random random) =>
    [
        .. Enumerable.Range(0, size).Select(i => Event(stream, first + i) with
        {
            Data = Encoding.UTF8.GetBytes($$"""{"Batch":"{{stream}}/{{first}}","Padding":"{{new string('x', random.Next(400))}}","Size":{{size}}}"""),
        }),
    ];

    public static async Task<List<T>> All<T>(this IAsyncEnumerable<T> events)
    {
        var all = new List<T>();
        await foreach (var e in events)
        {
            all.Add(e);
        }

        return all;
    }

    public static async Task<string[]> Names(this IAsyncEnumerable<StoredEvent> events) => [.. (await events.All()).Select(e => $"{e.Position}:{e.Stream}/{e.Version}")];
}
