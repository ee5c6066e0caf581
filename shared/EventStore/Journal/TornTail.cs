namespace Skale.EventStore;

/// <summary>
/// Tells what a crash leaves from what no crash leaves. A crash in the middle of an append leaves the beginning of one commit, or the whole of it with
/// blocks of zeros where the disk had not come to writing. A broken line with a line feed, or a later commit behind it, is damage.
/// </summary>
internal static class TornTail
{
    /// <param name="rest">Everything behind the last whole commit of the last segment.</param>
    public static bool Explains(ReadOnlySpan<byte> rest)
    {
        var zeros = rest.Contains((byte)0);
        var (commits, broken, lastCloses) = (0, false, false);
        while (rest.IndexOf((byte)'\n') is var length and >= 0)
        {
            var closes = Closes(rest[..length]);
            rest = rest[(length + 1)..];
            broken |= closes is null;
            lastCloses = closes is true && rest.IsEmpty;
            commits += closes is true ? 1 : 0;
        }

        return commits == 0 ? zeros || !broken : commits == 1 && lastCloses && zeros;
    }

    private static bool? Closes(ReadOnlySpan<byte> line)
    {
        try
        {
            return EventLineParser.Parse(line).More == 0;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
