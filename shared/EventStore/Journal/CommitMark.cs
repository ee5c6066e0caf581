using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Skale.EventStore;

/// <summary>
/// The file <c>committed.mark</c>: how far the writer has made the journal durable (8 bytes), its process id (8 bytes) and the boot of the machine
/// (16 bytes), little endian. It is written behind each flush and not flushed itself, so within one boot it is exact, and afterwards still a lower
/// bound. Readers in other processes stop at it, so they never see an event that a power cut could take back.
/// </summary>
internal sealed class CommitMark : IDisposable
{
    private const int Length = 32;
    private static readonly Guid ThisBoot = Boot();
    private readonly SafeFileHandle handle;

    private CommitMark(SafeFileHandle handle) => this.handle = handle;

    public static CommitMark OpenForWriting(string folder) =>
        new(File.OpenHandle(PathIn(folder), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite));

    /// <summary>Says that this process writes, and how far.</summary>
    public void Claim(long position)
    {
        Span<byte> mark = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64LittleEndian(mark, position);
        BinaryPrimitives.WriteInt64LittleEndian(mark[8..], Environment.ProcessId);
        ThisBoot.TryWriteBytes(mark[16..]);
        RandomAccess.Write(handle, mark, 0);
    }

    public void Advance(long position)
    {
        Span<byte> mark = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(mark, position);
        RandomAccess.Write(handle, mark, 0);
    }

    /// <summary>The mark of a folder; null without one (an export, a copy).</summary>
    public static (long Position, long ProcessId, bool IsExact)? Read(string folder)
    {
        if (!File.Exists(PathIn(folder)))
        {
            return null;
        }

        using var handle = File.OpenHandle(PathIn(folder), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Span<byte> mark = stackalloc byte[Length];
        return RandomAccess.Read(handle, mark, 0) < Length
            ? null
            : (BinaryPrimitives.ReadInt64LittleEndian(mark), BinaryPrimitives.ReadInt64LittleEndian(mark[8..]), ThisBoot != Guid.Empty && new Guid(mark[16..]) == ThisBoot);
    }

    public void Dispose() => handle.Dispose();

    private static string PathIn(string folder) => Path.Combine(folder, "committed.mark");

    private static Guid Boot() =>
        OperatingSystem.IsLinux() && Guid.TryParse(File.ReadAllText("/proc/sys/kernel/random/boot_id"), out var boot) ? boot : Guid.Empty;
}
