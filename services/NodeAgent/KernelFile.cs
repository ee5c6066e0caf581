using System.Buffers;
using System.Text;

namespace Skale.NodeAgent;

/// <summary>Small files of /proc and /sys: what cannot be read is not known.</summary>
internal static class KernelFile
{
    private const int UsualBytes = 4096;

    /// <summary>Without the last line break; null when there is none, or none for us.</summary>
    public static string? Read(string path)
    {
        // Thousands at a time are read of /proc: a reader of the framework takes some 10 kB for each.
        var text = ArrayPool<byte>.Shared.Rent(UsualBytes);
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var length = 0;
            while (RandomAccess.Read(file, text.AsSpan(length), length) is > 0 and var read)
            {
                length += read;
                if (length == text.Length)
                {
                    text = Larger(text);
                }
            }

            return Encoding.UTF8.GetString(text, 0, length).TrimEnd('\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(text);
        }
    }

    private static byte[] Larger(byte[] full)
    {
        var larger = ArrayPool<byte>.Shared.Rent(2 * full.Length);
        full.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(full);
        return larger;
    }
}
