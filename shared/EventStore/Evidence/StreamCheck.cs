using System.Text;

namespace Skale.EventStore;

/// <summary>
/// Whether every event follows from the one before it in its stream: versions without gaps, each naming the digest of the one before. Memory grows with the
/// number of streams (some 200 bytes and the name for each), not of events.
/// </summary>
/// <param name="isWhole">Whether the log is read from its first event, so that every stream begins with version 1.</param>
internal sealed class StreamCheck(Findings findings, bool isWhole)
{
    private readonly Dictionary<string, Tip> tips = [];

    private sealed class Tip
    {
        public long Version;
        public long Position;
        public MerkleHash Digest;

        /// <summary>The other one when line and record do not agree: the next event tells nothing new by naming either.</summary>
        public MerkleHash Recorded;
    }

    public int Count => tips.Count;

    public void Check(in EventLine line, in MerkleHash digest, in MerkleHash recorded, string file, long number)
    {
        var tip = TipOf(line.Stream);
        if (Wrong(line, tip) is { } wrong)
        {
            findings.Add(FindingKind.Chain, wrong.Position ?? line.Position, file, number, wrong.What);
        }

        (tip.Version, tip.Position, tip.Digest, tip.Recorded) = (line.Version, line.Position, digest, recorded);
    }

    private (long? Position, string What)? Wrong(in EventLine line, Tip tip)
    {
        if (tip.Version == 0 && !isWhole)
        {
            return line.Version > 1 == line.Previous.IsEmpty ? (null, Misnamed(line)) : null;
        }

        if (line.Version != tip.Version + 1)
        {
            var before = tip.Version == 0 ? "is the first of it here" : $"follows version {tip.Version} (position {tip.Position})";
            return (null, $"version {line.Version} of stream '{Name(line)}' {before}: what belongs between was removed, or one of the two was changed");
        }

        Span<byte> previous = stackalloc byte[MerkleHash.SizeBytes];
        if (line.Previous.IsEmpty || tip.Version == 0)
        {
            return line.Previous.IsEmpty && tip.Version == 0 ? null : (null, Misnamed(line));
        }

        _ = Convert.FromHexString(line.Previous, previous, out _, out _);
        return previous.SequenceEqual(tip.Digest.Span) || previous.SequenceEqual(tip.Recorded.Span)
            ? null
            : (tip.Position, $"version {tip.Version} of stream '{Name(line)}' (position {tip.Position}) was changed after position {line.Position}, which names its digest, was written; or that event was changed");
    }

    private static string Misnamed(in EventLine line) =>
        $"version {line.Version} of stream '{Name(line)}' {(line.Version == 1 ? "names a digest of an event before it, and there is none" : "does not name the digest of the event before it")}: it was changed";

    private static string Name(in EventLine line) => EventLineParser.Unescape(line.Stream);

    /// <summary>By the name as it stands in the line: escaping is one to one.</summary>
    private Tip TipOf(ReadOnlySpan<byte> name)
    {
        var text = name.Length <= 512 ? stackalloc char[name.Length] : new char[name.Length];
        text = text[..Encoding.UTF8.GetChars(name, text)];
        var known = tips.GetAlternateLookup<ReadOnlySpan<char>>();
        return known.TryGetValue(text, out var tip) ? tip : known[text] = new Tip();
    }
}
