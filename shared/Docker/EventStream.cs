using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Skale.Docker;

/// <summary><c>GET /events</c>, one record at a time.</summary>
internal static class EventStream
{
    public static async IAsyncEnumerable<EngineEvent> Read(
        EngineConnection connection,
        string filter,
        string[] values,
        DateTimeOffset? since,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var filters = JsonSerializer.Serialize(new Dictionary<string, string[]>
        {
            ["type"] = ["container", "network", "volume"],
            [filter] = values,
        });
        var path = EnginePath.Of("/events", ("filters", filters), ("since", since is { } time ? Seconds(time) : null));
        using var answer = await connection.Open(HttpMethod.Get, path, () => null, cancellation);
        await foreach (var wire in JsonLines.Read<Wire>(connection.Endpoint, answer, "GET /events", cancellation))
        {
            yield return new EngineEvent(wire.Type, wire.Action, wire.Actor.ID, wire.Actor.Attributes ?? new Dictionary<string, string>(), Time(wire.TimeNano));
        }

        throw new DockerUnavailableException(connection.Endpoint, "it closed the stream of events, as it does when it stops. Wait until it is back.");
    }

    private static string Seconds(DateTimeOffset time)
    {
        var ticks = time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
        return string.Create(CultureInfo.InvariantCulture, $"{ticks / TimeSpan.TicksPerSecond}.{ticks % TimeSpan.TicksPerSecond * 100:000000000}");
    }

    private static DateTimeOffset Time(long unixNanoseconds) => DateTimeOffset.UnixEpoch.AddTicks(unixNanoseconds / 100);

    private sealed record Wire(string Type, string Action, Actor Actor, [property: System.Text.Json.Serialization.JsonPropertyName("timeNano")] long TimeNano);

    private sealed record Actor(string ID, Dictionary<string, string>? Attributes);
}
