using System.Buffers.Binary;
using System.Text;

namespace Skale.EventStore.Tests;

/// <summary>A row as COPY sends it, byte by byte.</summary>
public sealed class EventRowTests
{
    private static readonly Guid Id = EventId.Of("row");
    private static readonly Guid Cause = EventId.Of("cause");

    [Fact]
    public void a_row_is_read_when_it_is_there_to_its_last_byte_and_not_before()
    {
        var bytes = Row($"{Cause:D}", null, digest: [1, 2, 3]);
        Assert.All(Enumerable.Range(0, bytes.Length), length => Assert.False(EventRow.TryRead(bytes.AsSpan(0, length), out _)));

        Assert.True(EventRow.TryRead([.. bytes, 0, 11], out var row));

        Assert.Equal(bytes.Length, row.Length);
        Assert.Equal([1, 2, 3], row.Extra.ToArray());
        var e = row.Event!;
        Assert.Equal((7, Id, "chain-ä", 2, "chain_bought", Cause, null), (e.Position, e.Id, e.Stream, e.Version, e.Type, e.CausationId, e.CorrelationId));
        Assert.Equal(new DateTimeOffset(2000, 1, 1, 0, 0, 1, TimeSpan.Zero), e.At);
        Assert.Equal("{}", Encoding.UTF8.GetString(e.Data.Span));
        Assert.True(e.Headers.IsEmpty);
    }

    /// <summary>An id that somebody emptied is not one that was never there: both would have the same digest.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("nobody")]
    public void a_cause_that_is_no_id_is_an_error(string cause) =>
        Assert.Contains($"'{cause}'", Assert.Throws<FormatException>(() => EventRow.TryRead(Row(cause, null), out _)).Message, StringComparison.Ordinal);

    [Fact]
    public void an_id_in_the_form_of_another_client_is_read()
    {
        Assert.True(EventRow.TryRead(Row($"{Cause:N}".ToUpperInvariant(), $"{Cause:B}"), out var row));

        Assert.Equal((Cause, Cause), (row.Event!.CausationId, row.Event.CorrelationId));
    }

    [Fact]
    public void behind_the_last_row_there_is_none()
    {
        Assert.True(EventRow.TryRead([0xFF, 0xFF], out var row));

        Assert.Null(row.Event);
    }

    private static byte[] Row(string? cause, string? correlation, byte[]? digest = null)
    {
        byte[]?[] values =
        [
            Number(7), Id.ToByteArray(bigEndian: true), Text("chain-ä"), Number(2), Text("chain_bought"), [1, .. Text("{}")!], Number(1_000_000), Text(cause), Text(correlation), null,
            .. digest is null ? Array.Empty<byte[]>() : [digest],
        ];
        var row = new List<byte> { 0, (byte)values.Length };
        foreach (var value in values)
        {
            var length = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, value?.Length ?? -1);
            row.AddRange([.. length, .. value ?? []]);
        }

        return [.. row];
    }

    private static byte[]? Text(string? text) => text is null ? null : Encoding.UTF8.GetBytes(text);

    private static byte[] Number(long number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }
}
