using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Skale.EventStore;

/// <summary>
/// An event as one line of canonical JSON (RFC 8785): what journals and exports hold, and what is digested. Its members, in their order:
/// <c>{"At":"2026-11-20T12:00:00.000000Z","CausationId":"…","CorrelationId":"…","Data":{…},"Headers":{…},"Id":"…","Position":7,"Previous":"…","Stream":"chain-alpha","Type":"chain_bought","Version":2}</c>,
/// the causation and correlation ids and headers where there are any, <c>Previous</c> (the digest, in hex, of the event before in the same stream) from version 2 on.
/// <para>
/// A line that is not the last of its commit bears, before its closing brace and not digested, <c>,"More":n</c>: how many lines of the commit follow.
/// </para>
/// </summary>
internal ref struct EventLine
{
    private const string Time = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";
    private const int TimeLength = 27;
    private const int IdLength = 36;

    public DateTimeOffset At;
    public Guid? CausationId;
    public Guid? CorrelationId;
    public ReadOnlySpan<byte> Data;

    /// <summary>Empty when there are none.</summary>
    public ReadOnlySpan<byte> Headers;

    public Guid Id;
    public long Position;

    /// <summary>Hex; empty for the first event of a stream.</summary>
    public ReadOnlySpan<byte> Previous;

    public ReadOnlySpan<byte> Stream;
    public ReadOnlySpan<byte> Type;
    public long Version;

    /// <summary>How many lines of the same commit follow.</summary>
    public int More;

    /// <summary>How many bytes of the line come before the mark of its commit and the closing brace.</summary>
    public int BodyLength;

    /// <summary>Writes an event without its line feed.</summary>
    /// <param name="data">In canonical form; so are the headers, which may be empty.</param>
    /// <param name="previous">The digest of the event before in the stream; empty for its first.</param>
    public static void Write(
        ByteBuffer output, long position, Guid id, string stream, long version, string type, ReadOnlySpan<byte> data, DateTimeOffset at, Guid? causation, Guid? correlation,
        ReadOnlySpan<byte> headers, ReadOnlySpan<byte> previous)
    {
        output.Add("{\"At\":\""u8);
        at.UtcDateTime.TryFormat(output.GetSpan(TimeLength), out var written, Time, CultureInfo.InvariantCulture);
        output.Advance(written);
        if (causation is { } cause)
        {
            output.Add("\",\"CausationId\":\""u8);
            Add(output, cause);
        }

        if (correlation is { } root)
        {
            output.Add("\",\"CorrelationId\":\""u8);
            Add(output, root);
        }

        output.Add("\",\"Data\":"u8);
        output.Add(data);
        if (!headers.IsEmpty)
        {
            output.Add(",\"Headers\":"u8);
            output.Add(headers);
        }

        output.Add(",\"Id\":\""u8);
        Add(output, id);
        output.Add("\",\"Position\":"u8);
        Add(output, position);
        if (!previous.IsEmpty)
        {
            output.Add(",\"Previous\":\""u8);
            Convert.TryToHexStringLower(previous, output.GetSpan(2 * MerkleHash.SizeBytes), out written);
            output.Advance(written);
            output.Add((byte)'"');
        }

        output.Add(",\"Stream\":\""u8);
        Add(output, stream);
        output.Add("\",\"Type\":\""u8);
        Add(output, type);
        output.Add("\",\"Version\":"u8);
        Add(output, version);
        output.Add((byte)'}');
    }

    /// <summary>Turns the line at the end of the buffer into one with lines of the same commit behind it.</summary>
    public static void MarkMore(ByteBuffer output, int more)
    {
        output.Truncate(output.Length - 1);
        output.Add(",\"More\":"u8);
        Add(output, more);
        output.Add((byte)'}');
    }

    /// <summary>A name as it stands in a line. Names hold no control characters, so quotes and backslashes are all there is to escape.</summary>
    public static byte[] Escape(string name) =>
        Encoding.UTF8.GetBytes(name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal));

    public readonly StoredEvent ToEvent() => new(
        Position, Id, EventLineParser.Unescape(Stream), Version, EventLineParser.Unescape(Type), Data.ToArray(), At, CausationId, CorrelationId, Headers.IsEmpty ? default(ReadOnlyMemory<byte>) : Headers.ToArray());

    private static void Add(ByteBuffer output, Guid id)
    {
        id.TryFormat(output.GetSpan(IdLength), out var written, "D");
        output.Advance(written);
    }

    private static void Add(ByteBuffer output, long number)
    {
        Utf8Formatter.TryFormat(number, output.GetSpan(20), out var written);
        output.Advance(written);
    }

    private static void Add(ByteBuffer output, string name)
    {
        var start = output.Length;
        output.Advance(Encoding.UTF8.GetBytes(name, output.GetSpan(name.Length * 3)));
        if (output.Written[start..].ContainsAny((byte)'"', (byte)'\\'))
        {
            output.Truncate(start);
            output.Add(Escape(name));
        }
    }
}
