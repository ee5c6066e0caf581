using System.Runtime.InteropServices;

namespace Skale.EventStore;

/// <summary>The segments of an export and the digests beside them, as they are written.</summary>
internal sealed class ExportSegments(string folder, long first, long segmentBytes) : IAsyncDisposable
{
    private const int BufferBytes = 1 << 20;
    private const long MaxGap = 100_000;
    private FileStream? lines;
    private FileStream? digests;
    private long bytes;

    /// <summary>The position that must follow.</summary>
    public long Next { get; private set; } = first;

    public void Write(LogLine line)
    {
        Begin();
        lines!.Write(line.Bytes.Span);
        lines.WriteByte((byte)'\n');
        bytes += line.Bytes.Length + 1;
        Write(line.Digest);
        Next = line.Position + 1;
    }

    /// <summary>Positions without events: the digests recorded for them, where there are, keep the later ones in their places.</summary>
    public async Task Skip(long to, ILogEvidence evidence, CancellationToken cancellation)
    {
        if (to - Next > MaxGap)
        {
            End();
            Next = to;
            return;
        }

        Begin();
        foreach (var digest in await Recorded(evidence, (int)(to - Next), cancellation))
        {
            Write(digest);
        }

        Next = to;
    }

    public ValueTask DisposeAsync()
    {
        End();
        return ValueTask.CompletedTask;
    }

    private async Task<MerkleHash[]> Recorded(ILogEvidence evidence, int count, CancellationToken cancellation)
    {
        var recorded = new MerkleHash[count];
        var at = 0;
        try
        {
            await foreach (var digest in evidence.ReadDigests(Next - 1, cancellation))
            {
                recorded[at++] = digest;
                if (at == count)
                {
                    break;
                }
            }
        }
        catch (DigestMissingException)
        {
            // Zeros then: verification of the export says so.
        }

        return recorded;
    }

    private void Write(MerkleHash digest) => digests!.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<MerkleHash>(in digest)));

    private void Begin()
    {
        if (bytes >= segmentBytes)
        {
            End();
        }

        if (lines is null)
        {
            var segment = Segment.At(folder, Next);
            lines = new FileStream(segment.File, FileMode.CreateNew, FileAccess.Write, FileShare.Read, BufferBytes);
            digests = new FileStream(SegmentDigests.PathOf(segment), FileMode.CreateNew, FileAccess.Write, FileShare.Read, BufferBytes);
        }
    }

    private void End()
    {
        lines?.Flush(flushToDisk: true);
        digests?.Flush(flushToDisk: true);
        lines?.Dispose();
        digests?.Dispose();
        (lines, digests, bytes) = (null, null, 0);
    }
}
