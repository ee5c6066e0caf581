using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Skale.EventStore;

/// <summary>One file of a journal.</summary>
/// <param name="First">The position of its first line, which is its name. One line is one event, so line n holds position First + n - 1.</param>
internal readonly record struct Segment(string File, long First)
{
    private const int OpenDirectory = 0x10000; // O_RDONLY | O_DIRECTORY

    public long LineOf(long position) => position - First + 1;

    public static Segment At(string folder, long first) => new(Path.Combine(folder, $"{first:D12}.jsonl"), first);

    /// <summary>The segments of a folder in the order of their positions.</summary>
    public static List<Segment> List(string folder)
    {
        var segments = new List<Segment>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.jsonl"))
        {
            if (long.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var first) && first > 0)
            {
                segments.Add(new Segment(file, first));
            }
        }

        segments.Sort((a, b) => a.First.CompareTo(b.First));
        return segments;
    }

    /// <summary>Makes the names in a folder durable: a new or renamed file survives a power cut only with its folder.</summary>
    public static void FlushFolder(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        var handle = open(Encoding.UTF8.GetBytes(folder + '\0'), OpenDirectory);
        if (handle < 0 || fsync(handle) != 0)
        {
            throw new IOException($"{folder} cannot be flushed to disk: error {Marshal.GetLastPInvokeError()}.");
        }

        _ = close(handle);
    }

#pragma warning disable SYSLIB1054, CA5392, IDE1006 // Three calls of libc that .NET does not offer for folders; no generated marshalling needed.
    [DllImport("libc", SetLastError = true)]
    private static extern int open(byte[] path, int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int fsync(int handle);

    [DllImport("libc", SetLastError = true)]
    private static extern int close(int handle);
#pragma warning restore SYSLIB1054, CA5392, IDE1006
}
