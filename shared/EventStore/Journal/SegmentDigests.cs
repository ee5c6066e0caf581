using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Skale.EventStore;

/// <summary>
/// The file <c>000000000001.digests</c> beside a segment: 32 bytes for each of its lines, in order, as they were when the line was written. A line
/// changed afterwards no longer has its digest there. Written behind the flush of the lines and not flushed itself until the segment is full: what
/// a power cut leaves of it (less, or zeros) is written again.
/// </summary>
internal sealed class SegmentDigests(Segment segment) : IDisposable
{
    private readonly SafeFileHandle handle = File.OpenHandle(PathOf(segment), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);

    public static string PathOf(Segment segment) => Path.ChangeExtension(segment.File, ".digests");

    public void Write(long position, ReadOnlySpan<byte> digests) => RandomAccess.Write(handle, digests, (position - segment.First) * MerkleHash.SizeBytes);

    /// <summary>Makes the file agree with the digests of all lines; false, with the position, at the first one that was recorded differently.</summary>
    public bool TryMatch(ReadOnlySpan<byte> digests, out long position)
    {
        var recorded = new byte[Math.Min(digests.Length, RandomAccess.GetLength(handle))];
        RandomAccess.Read(handle, recorded, 0);
        for (var at = 0; at + MerkleHash.SizeBytes <= recorded.Length; at += MerkleHash.SizeBytes)
        {
            var one = recorded.AsSpan(at, MerkleHash.SizeBytes);
            if (!one.SequenceEqual(digests.Slice(at, MerkleHash.SizeBytes)) && one.ContainsAnyExcept((byte)0))
            {
                position = segment.First + (at / MerkleHash.SizeBytes);
                return false;
            }
        }

        RandomAccess.Write(handle, digests, 0);
        RandomAccess.SetLength(handle, digests.Length);
        position = 0;
        return true;
    }

    public void Flush() => RandomAccess.FlushToDisk(handle);

    public void Dispose() => handle.Dispose();

    /// <summary>What is recorded for a segment; zeros where nothing is.</summary>
    /// <param name="count">How many lines the segment has.</param>
    public static MerkleHash[] Read(Segment segment, int count)
    {
        var digests = new MerkleHash[count];
        if (File.Exists(PathOf(segment)))
        {
            using var handle = File.OpenHandle(PathOf(segment), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            RandomAccess.Read(handle, MemoryMarshal.AsBytes(digests.AsSpan()), 0);
        }

        return digests;
    }
}
