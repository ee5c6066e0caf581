using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace Skale.EventStore;

/// <summary>One row of <see cref="EventRows.Columns"/> in PostgreSQL's binary form: the number of columns, then each with its length before it.</summary>
internal readonly struct EventRow
{
    /// <summary>Before the first row: a signature, flags, and the length of an extension that is empty.</summary>
    public const int HeaderBytes = 19;

    private const short NoMoreRows = -1;
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private EventRow(StoredEvent? e, ReadOnlyMemory<byte> extra, int length) => (Event, Extra, Length) = (e, extra, length);

    /// <summary>Null behind the last row.</summary>
    public StoredEvent? Event { get; }

    public ReadOnlyMemory<byte> Extra { get; }

    /// <summary>How many bytes it takes.</summary>
    public int Length { get; }

    /// <summary>False when the bytes end before the row does.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out EventRow row)
    {
        row = default;
        if (bytes.Length < sizeof(short))
        {
            return false;
        }

        var columns = BinaryPrimitives.ReadInt16BigEndian(bytes);
        if (columns == NoMoreRows)
        {
            row = new EventRow(null, default, sizeof(short));
            return true;
        }

        var values = new Values(bytes[sizeof(short)..]);
        if (!values.AreComplete(columns, out var length))
        {
            return false;
        }

        var stored = new StoredEvent(
            values.Number(), values.Id(), Encoding.UTF8.GetString(values.Next()), values.Number(), NameCache.Get(values.Next()), Json(values.Next()),
            Epoch.AddTicks(values.Number() * TimeSpan.TicksPerMicrosecond), IdText(ref values), IdText(ref values), Json(values.Next()));
        row = new EventRow(stored, values.IsAtEnd ? default : values.Next().ToArray(), sizeof(short) + length);
        return true;
    }

    /// <summary>jsonb: the number of its form, then the text.</summary>
    private static ReadOnlyMemory<byte> Json(ReadOnlySpan<byte> jsonb) => jsonb.IsEmpty ? default : jsonb[1..].ToArray();

    /// <summary>Ids that are stored as texts; another client may have written them in another form than ours.</summary>
    private static Guid? IdText(ref Values values)
    {
        if (values.IsNull)
        {
            values.Next();
            return null;
        }

        var text = values.Next();
        return (Utf8Parser.TryParse(text, out Guid id, out var length, 'D') && length == text.Length) || Guid.TryParse(Encoding.UTF8.GetString(text), out id)
            ? id
            : throw new FormatException($"'{Encoding.UTF8.GetString(text)}' is no causation or correlation id.");
    }

    private ref struct Values(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> rest = rest;

        public readonly bool IsAtEnd => rest.IsEmpty;

        public readonly bool IsNull => BinaryPrimitives.ReadInt32BigEndian(rest) < 0;

        /// <summary>Whether all columns are there; cuts off what is behind them.</summary>
        public bool AreComplete(int columns, out int length)
        {
            length = 0;
            for (var i = 0; i < columns; i++)
            {
                if (rest.Length - length < sizeof(int))
                {
                    return false;
                }

                length += sizeof(int) + Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(rest[length..]));
            }

            if (rest.Length < length)
            {
                return false;
            }

            rest = rest[..length];
            return true;
        }

        /// <summary>Empty for a null, whose length is -1.</summary>
        public ReadOnlySpan<byte> Next()
        {
            var length = Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(rest));
            var value = rest.Slice(sizeof(int), length);
            rest = rest[(sizeof(int) + length)..];
            return value;
        }

        public long Number() => BinaryPrimitives.ReadInt64BigEndian(Next());

        public Guid Id() => new(Next(), bigEndian: true);
    }
}
