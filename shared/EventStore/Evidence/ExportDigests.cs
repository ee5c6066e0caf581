using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Skale.EventStore;

/// <summary>The digests recorded beside a segment, asked for by position; in memory is one block of them.</summary>
internal sealed class ExportDigests : IDisposable
{
    private const int BlockDigests = 2048;
    private readonly SafeFileHandle? handle;
    private readonly long first;
    private readonly MerkleHash[] block = new MerkleHash[BlockDigests];
    private long blockAt = -1;

    public ExportDigests(Segment segment)
    {
        first = segment.First;
        File = SegmentDigests.PathOf(segment);
        handle = System.IO.File.Exists(File) ? System.IO.File.OpenHandle(File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite) : null;
    }

    public string File { get; }

    /// <summary>In bytes; null when there is no file.</summary>
    public long? Length => handle is null ? null : RandomAccess.GetLength(handle);

    /// <summary>The digest recorded for a position of the segment; nothing but zeros when there is none.</summary>
    public MerkleHash At(long position)
    {
        var number = position - first;
        if (handle is null || number < 0 || number > long.MaxValue / MerkleHash.SizeBytes - BlockDigests)
        {
            return default;
        }

        if (number / BlockDigests != blockAt)
        {
            blockAt = number / BlockDigests;
            var bytes = MemoryMarshal.AsBytes(block.AsSpan());
            var read = RandomAccess.Read(handle, bytes, blockAt * bytes.Length);
            bytes[(read - (read % MerkleHash.SizeBytes))..].Clear();
        }

        return block[number % BlockDigests];
    }

    public void Dispose() => handle?.Dispose();
}
