using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Skale.EventStore;

/// <summary>
/// The file <c>000000000001.summary</c> beside a segment that is full: what its writer would have to read the segment for at the next opening. Derived,
/// so it may be missing or damaged: then the segments are read, and summaries are written again.
/// <para>
/// Little endian: <c>SKALESUM</c>; length of the segment in bytes, first position, events, bytes of the stream part (8 bytes each); SHA-256 of all but
/// itself; for every stream of the journal so far, length of its name (4), name, version (8), digest (32); for every event, the fingerprint of its id (8).
/// </para>
/// </summary>
internal static class SegmentSummary
{
    private const int HeaderBytes = 40;
    private const int BodyAt = HeaderBytes + 32;

    public static void Write(Segment segment, long bytes, JournalState state, List<ulong> fingerprints)
    {
        var output = new ByteBuffer(BodyAt + (fingerprints.Count * 8) + (state.Tips.Count * 80));
        output.Add("SKALESUM"u8);
        Add(output, bytes);
        Add(output, segment.First);
        Add(output, fingerprints.Count);
        output.Advance(8 + 32);
        foreach (var (stream, tip) in state.Tips.Where(t => t.Value.Version > 0))
        {
            var name = Encoding.UTF8.GetBytes(stream);
            BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(4), name.Length);
            output.Advance(4);
            output.Add(name);
            Add(output, tip.Version);
            output.Add(tip.Digest);
        }

        BinaryPrimitives.WriteInt64LittleEndian(output.Written[32..], output.Length - BodyAt);
        output.Add(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(fingerprints)));
        Hash(output.Written).CopyTo(output.Written[HeaderBytes..]);

        var temporary = $"{PathOf(segment)}.tmp";
        File.WriteAllBytes(temporary, output.Written);
        File.Move(temporary, PathOf(segment), overwrite: true);
    }

    /// <summary>Takes a summary in; gives the position behind the segment, or null when the segment itself must be read.</summary>
    /// <param name="last">Whether it is the last one, whose account of the streams is the present one.</param>
    public static long? TryLoad(Segment segment, JournalState state, bool last)
    {
        if (!File.Exists(PathOf(segment)))
        {
            return null;
        }

        ReadOnlySpan<byte> summary = File.ReadAllBytes(PathOf(segment));
        if (summary.Length < BodyAt || !summary.StartsWith("SKALESUM"u8) || !Hash(summary).AsSpan().SequenceEqual(summary[HeaderBytes..BodyAt])
            || Number(summary, 8) != new FileInfo(segment.File).Length || Number(summary, 16) != segment.First)
        {
            return null;
        }

        var streams = summary.Slice(BodyAt, (int)Number(summary, 32));
        for (var fingerprints = summary[(BodyAt + streams.Length)..]; !fingerprints.IsEmpty; fingerprints = fingerprints[8..])
        {
            state.Know(BinaryPrimitives.ReadUInt64LittleEndian(fingerprints));
        }

        while (last && !streams.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(streams);
            var tip = state.TipOf(Encoding.UTF8.GetString(streams.Slice(4, length)));
            tip.Version = Number(streams, 4 + length);
            streams.Slice(12 + length, MerkleHash.SizeBytes).CopyTo(tip.Digest);
            streams = streams[(12 + length + MerkleHash.SizeBytes)..];
        }

        return segment.First + Number(summary, 24);
    }

    private static byte[] Hash(ReadOnlySpan<byte> summary)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(summary[..HeaderBytes]);
        hash.AppendData(summary[BodyAt..]);
        return hash.GetHashAndReset();
    }

    private static long Number(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);

    private static void Add(ByteBuffer output, long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(8), number);
        output.Advance(8);
    }

    private static string PathOf(Segment segment) => Path.ChangeExtension(segment.File, ".summary");
}
