using System.Text;

namespace Skale.EventStore;

/// <summary>Reads what <see cref="PackWriter"/> wrote: the same in the same order. Equal texts come back as one.</summary>
/// <exception cref="EndOfStreamException">Less was written than is asked for.</exception>
public sealed class PackReader(Stream from)
{
    private const int MostBytesOfNumber = 10;
    private readonly byte[] buffer = new byte[64 * 1024];
    private readonly List<string> known = [];
    private readonly List<object?> shared = [];
    private Array? last;
    private int next;
    private int end;

    public long Number()
    {
        Provide(MostBytesOfNumber);
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = next < end ? buffer[next++] : throw new EndOfStreamException("It ends early.");
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return (long)(value >> 1) ^ -(long)(value & 1);
            }
        }
    }

    public int Small() => checked((int)Number());

    public long? NumberOrNull() => Flag() ? Number() : null;

    public int? SmallOrNull() => Flag() ? Small() : null;

    public bool Flag() => Number() != 0;

    public double Real() => BitConverter.Int64BitsToDouble(Number());

    public string Text() => TextOrNull() ?? throw new InvalidDataException("A text is missing.");

    public string? TextOrNull()
    {
        const int Null = 0, New = 1, First = 2;
        switch (Number())
        {
            case Null:
                return null;
            case New:
                known.Add(NewText());
                return known[^1];
            case var number:
                return known[(int)(number - First)];
        }
    }

    public byte[] Bytes()
    {
        var bytes = new byte[Number()];
        Fill(bytes);
        return bytes;
    }

    public Guid Id()
    {
        Span<byte> bytes = stackalloc byte[16];
        Fill(bytes);
        return new Guid(bytes);
    }

    public TimeSpan Duration() => new(Number());

    public DateTimeOffset Time()
    {
        var ticks = Number();
        return new(ticks, TimeSpan.FromMinutes(Number()));
    }

    public DateTimeOffset? TimeOrNull() => Flag() ? Time() : null;

    /// <summary>A value that equals one that was read before is that one.</summary>
    public T Shared<T>(Func<PackReader, T> read)
        where T : class
    {
        var number = (int)Number();
        if (number == shared.Count)
        {
            // Its number first: what is shared in it has later ones.
            shared.Add(null);
            shared[number] = read(this);
        }

        return (T)shared[number]!;
    }

    public T? Maybe<T>(Func<PackReader, T> read)
        where T : class => Flag() ? read(this) : null;

    public T[] Many<T>(Func<PackReader, T> read)
    {
        var count = Number();
        if (count == 0)
        {
            return [];
        }

        var values = new T[count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = read(this);
        }

        return values;
    }

    /// <summary>Takes each of many by itself.</summary>
    public void Each(Action<PackReader> take)
    {
        for (var left = Number(); left > 0; left--)
        {
            take(this);
        }
    }

    /// <summary>What equals the row of values before it comes back as the same array.</summary>
    public T[] Row<T>(Func<PackReader, T> read)
        where T : struct
    {
        if (Flag())
        {
            return (T[]?)last ?? throw new InvalidDataException("A row of values is said to equal the one before, and there is none.");
        }

        var values = Many(read);
        last = values;
        return values;
    }

    private string NewText()
    {
        var length = (int)Number();
        if (length > buffer.Length)
        {
            var bytes = new byte[length];
            Fill(bytes);
            return Encoding.UTF8.GetString(bytes);
        }

        Provide(length);
        Require(length);
        next += length;
        return Encoding.UTF8.GetString(buffer, next - length, length);
    }

    private void Fill(Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            Provide(1);
            Require(1);
            var count = Math.Min(bytes.Length, end - next);
            buffer.AsSpan(next, count).CopyTo(bytes);
            next += count;
            bytes = bytes[count..];
        }
    }

    private void Require(int count)
    {
        if (end - next < count)
        {
            throw new EndOfStreamException("It ends early.");
        }
    }

    /// <summary>That many bytes are in the buffer afterwards, or all that are left.</summary>
    private void Provide(int count)
    {
        if (end - next >= count)
        {
            return;
        }

        buffer.AsSpan(next, end - next).CopyTo(buffer);
        (next, end) = (0, end - next);
        while (end < count && from.Read(buffer.AsSpan(end)) is > 0 and var read)
        {
            end += read;
        }
    }
}
