using System.Text;
using System.Text.Json;

namespace Skale.EventStore;

/// <summary>The texts of member names and event types, which are few and come again and again: no new string for one seen lately. For each thread its own.</summary>
internal static class NameCache
{
    private const int Slots = 256;

    [ThreadStatic]
    private static (byte[] Utf8, string Text)[]? seen;

    /// <summary>The name the reader stands on.</summary>
    public static string Get(ref Utf8JsonReader reader) => reader.ValueIsEscaped ? reader.GetString()! : Get(reader.ValueSpan);

    public static string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            return "";
        }

        ref var slot = ref (seen ??= new (byte[], string)[Slots])[(utf8[0] + (31 * utf8[^1]) + (17 * utf8[utf8.Length / 2]) + (7 * utf8.Length)) % Slots];
        if (slot.Utf8 is null || !utf8.SequenceEqual(slot.Utf8))
        {
            slot = (utf8.ToArray(), Encoding.UTF8.GetString(utf8));
        }

        return slot.Text;
    }
}
