using System.Buffers;

namespace Skale.EventStore;

/// <summary>Bytes being put together, reused from one use to the next; unlike the library's writers it lets what is written be changed.</summary>
internal sealed class ByteBuffer(int capacity = 4096) : IBufferWriter<byte>
{
    private byte[] bytes = new byte[capacity];

    public int Length { get; private set; }

    public Span<byte> Written => bytes.AsSpan(0, Length);

    public ReadOnlyMemory<byte> WrittenMemory => bytes.AsMemory(0, Length);

    /// <summary>Forgets what is written from a length on.</summary>
    public void Truncate(int length) => Length = length;

    public void Add(ReadOnlySpan<byte> more)
    {
        more.CopyTo(GetSpan(more.Length));
        Length += more.Length;
    }

    public void Add(byte one)
    {
        GetSpan(1)[0] = one;
        Length++;
    }

    public void Advance(int count) => Length += count;

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        if (bytes.Length - Length < Math.Max(sizeHint, 1))
        {
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, Length + sizeHint));
        }

        return bytes.AsSpan(Length);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        GetSpan(sizeHint);
        return bytes.AsMemory(Length);
    }
}
