using System.Buffers;
using System.Text;

namespace Skale.EventStore;

/// <summary>
/// Values one after the other, small ones in few bytes: whole numbers in groups of 7 bits, the low ones first, after zigzag; a text once, and from then on as its number.
/// Nothing says what comes next: <see cref="PackReader"/> must ask for the same in the same order.
/// </summary>
public sealed class PackWriter(Stream to)
{
    private const int FlushAt = 64 * 1024;
    private readonly ArrayBufferWriter<byte> buffer = new(2 * FlushAt);
    private readonly Dictionary<string, long> known = [];
    private readonly Dictionary<object, long> shared = [];
    private object? last;

    public void Number(long value)
    {
        const int MostBytes = 10;
        var bytes = buffer.GetSpan(MostBytes);
        var (left, count) = ((ulong)(value << 1) ^ (ulong)(value >> 63), 0);
        for (; left >= 0x80; left >>= 7)
        {
            bytes[count++] = (byte)(left | 0x80);
        }

        bytes[count++] = (byte)left;
        buffer.Advance(count);
        if (buffer.WrittenCount >= FlushAt)
        {
            Flush();
        }
    }

    public void Number(long? value)
    {
        Flag(value is not null);
        if (value is { } number)
        {
            Number(number);
        }
    }

    public void Flag(bool value) => Number(value ? 1 : 0);

    public void Real(double value) => Number(BitConverter.DoubleToInt64Bits(value));

    public void Text(string? value)
    {
        const int Null = 0, New = 1, First = 2;
        if (value is null)
        {
            Number(Null);
        }
        else if (known.TryGetValue(value, out var number))
        {
            Number(First + number);
        }
        else
        {
            Number(New);
            known.Add(value, known.Count);
            Bytes(Encoding.UTF8.GetBytes(value));
        }
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Number(value.Length);
        buffer.Write(value);
    }

    public void Id(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes);
        buffer.Write(bytes);
    }

    public void Duration(TimeSpan value) => Number(value.Ticks);

    public void Time(DateTimeOffset value)
    {
        Number(value.Ticks);
        Number(value.TotalOffsetMinutes);
    }

    public void Time(DateTimeOffset? value)
    {
        Flag(value is not null);
        if (value is { } time)
        {
            Time(time);
        }
    }

    /// <summary>Writes it once, and from then on the number of the first that equals it.</summary>
    public void Shared<T>(T value, Action<T> write)
        where T : class
    {
        if (shared.TryGetValue(value, out var number))
        {
            Number(number);
        }
        else
        {
            Number(shared.Count);
            shared.Add(value, shared.Count);
            write(value);
        }
    }

    /// <summary>Writes it if it is there.</summary>
    public void Maybe<T>(T? value, Action<T> write)
        where T : class
    {
        Flag(value is not null);
        if (value is not null)
        {
            write(value);
        }
    }

    public void Many<T>(IReadOnlyCollection<T> values, Action<T> write)
    {
        Number(values.Count);
        foreach (var value in values)
        {
            write(value);
        }
    }

    /// <summary>Writes one byte when the values are those of the row before.</summary>
    public void Row<T>(IReadOnlyCollection<T> values, Action<T> write)
        where T : struct
    {
        var repeated = last is IReadOnlyCollection<T> before && before.SequenceEqual(values);
        Flag(repeated);
        if (!repeated)
        {
            last = values;
            Many(values, write);
        }
    }

    public void Flush()
    {
        to.Write(buffer.WrittenSpan);
        buffer.ResetWrittenCount();
    }
}
