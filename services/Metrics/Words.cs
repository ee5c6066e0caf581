using System.Text.Json;

namespace Skale.Metrics;

/// <summary>How names of states are written outside: camelCase, in JSON, labels and style classes alike; and times, so that they can be given back as they were shown.</summary>
internal static class Words
{
    public static string Of<T>(T name)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(name.ToString());

    /// <summary>ISO 8601, UTC, to the microsecond, as events are stored.</summary>
    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
