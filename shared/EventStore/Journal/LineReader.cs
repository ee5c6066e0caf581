using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Skale.EventStore;

/// <summary>The whole lines of a file from an offset on; a last line without its end is not one.</summary>
internal sealed class LineReader(string file, long offset) : IDisposable
{
    private const int ChunkBytes = 256 * 1024;
    private readonly SafeFileHandle handle = File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
    private int start;
    private int end;

    /// <summary>Where in the file the next line begins, in bytes.</summary>
    public long Offset { get; private set; } = offset;

    /// <summary>After the last whole line: how many bytes stand behind it.</summary>
    public int Unfinished => end - start;

    /// <param name="line">Without its line feed; valid until the next call.</param>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        var searched = 0;
        while (true)
        {
            var length = buffer.AsSpan(start + searched, end - start - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                length += searched;
                line = buffer.AsSpan(start, length);
                start += length + 1;
                Offset += length + 1;
                return true;
            }

            searched = end - start;
            if (!Fill())
            {
                line = default;
                return false;
            }
        }
    }

    /// <summary>The line that <see cref="TryRead"/> gives next; valid until the next call.</summary>
    public bool TryPeek(out ReadOnlySpan<byte> line)
    {
        var found = TryRead(out line);
        start -= found ? line.Length + 1 : 0;
        Offset -= found ? line.Length + 1 : 0;
        return found;
    }

    public void Dispose()
    {
        handle.Dispose();
        ArrayPool<byte>.Shared.Return(buffer);
    }

    private bool Fill()
    {
        var kept = buffer.AsSpan(start, end - start);
        if (kept.Length > buffer.Length / 2)
        {
            var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
            kept.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }
        else
        {
            kept.CopyTo(buffer);
        }

        (start, end) = (0, kept.Length);
        var read = RandomAccess.Read(handle, buffer.AsSpan(end), Offset + end);
        end += read;
        return read > 0;
    }
}
