using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Skale.Docker;

/// <summary>A version of the Engine API, such as 1.41. Versions are ordered.</summary>
[JsonConverter(typeof(Json))]
public readonly record struct ApiVersion(int Major, int Minor) : IComparable<ApiVersion>
{
    /// <summary>The oldest this client speaks: Docker 20.10.</summary>
    public static readonly ApiVersion Oldest = new(1, 41);

    /// <summary>The newest this client was written against: Docker 28.3.</summary>
    public static readonly ApiVersion Newest = new(1, 51);

    public static bool operator <(ApiVersion left, ApiVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(ApiVersion left, ApiVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(ApiVersion left, ApiVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ApiVersion left, ApiVersion right) => left.CompareTo(right) >= 0;

    /// <exception cref="FormatException">The text is not two numbers with a dot between.</exception>
    public static ApiVersion Parse(string text)
    {
        var parts = text.Split('.');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            ? new(major, minor)
            : throw new FormatException($"'{text}' is no Docker API version: expected something like 1.41.");
    }

    /// <summary>The newest version both sides speak; null when there is none.</summary>
    public static ApiVersion? Shared(EngineVersion engine)
    {
        var version = engine.ApiVersion < Newest ? engine.ApiVersion : Newest;
        return version >= Oldest && (engine.MinApiVersion is not { } least || version >= least) ? version : null;
    }

    public int CompareTo(ApiVersion other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    private sealed class Json : JsonConverter<ApiVersion>
    {
        public override ApiVersion Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => Parse(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, ApiVersion value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
