using System.Text;

namespace Skale.EventStore.Tests;

public sealed class CheckpointTests : IDisposable
{
    private static readonly DateTimeOffset At = new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero).AddMicroseconds(123_456);
    private readonly SealingKey key = SealingKey.Create("example.org/log");
    private readonly Checkpoint checkpoint = new("example.org/log", 20_852_163, MerkleHash.OfLeaf([1]), At);

    [Fact]
    public void a_checkpoint_is_the_text_of_the_specification_and_a_time() =>
        Assert.Equal("example.org/log\n20852163\ntBP0fRPuL+bIRbLuFBr4HehY307FSaWLeXC7lmRbyNI=\ntime 2026-11-21T12:00:00.123456Z\n", checkpoint.Sign(key).Text);

    [Fact]
    public void what_was_signed_is_read_back()
    {
        var note = SignedNote.Parse(checkpoint.Sign(key).ToBytes(), "x");
        Assert.Equal(checkpoint, KeyHistory.Begin(key).Open(note));
        Assert.Equal(checkpoint with { Size = 0, Root = MerkleHash.EmptyRoot }, Checkpoint.Parse((checkpoint with { Size = 0, Root = MerkleHash.EmptyRoot }).Sign(key)));
    }

    [Fact]
    public void no_single_flipped_bit_goes_unnoticed()
    {
        var keys = KeyHistory.Begin(key);
        var bytes = checkpoint.Sign(key).ToBytes();
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var changed = bytes.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(Refuses(changed), $"bit {bit % 8} of byte {bit / 8} of {Convert.ToBase64String(bytes)}");
        }

        bool Refuses(byte[] changed)
        {
            try
            {
                keys.Open(SignedNote.Parse(changed, "x"));
                return false;
            }
            catch (SealException)
            {
                return true;
            }
        }
    }

    [Theory]
    [InlineData(0, "example.org/log x", "is not an origin")]
    [InlineData(1, "020852163", "is not a tree size")]
    [InlineData(1, "+1", "is not a tree size")]
    [InlineData(1, "-1", "is not a tree size")]
    [InlineData(1, "9223372036854775808", "is not a tree size")]
    [InlineData(2, "tBPUeujT/ih7xKg+scYPkP02iigq3+JKGncTcHklPn5=", "is not a root")]
    [InlineData(2, "tBPUeujT/ih7xKg+scYPkP02iigq3+JKGncTcHklPg==", "is not a root")]
    [InlineData(3, "time 2026-11-21T12:00:00.12345Z", "is not a time of signing")]
    [InlineData(3, "time 2026-02-30T12:00:00.123456Z", "is not a time of signing")]
    [InlineData(3, "time 2026-11-21T12:00:00.123456+00:00", "is not a time of signing")]
    [InlineData(3, "block 7", "is not a time of signing")]
    public void a_malformed_line_is_named(int line, string text, string problem)
    {
        var lines = checkpoint.Sign(key).Lines.SetItem(line, text);
        var refused = Assert.Throws<SealException>(() => Checkpoint.Parse(SignedNote.Sign(lines, key)));
        Assert.Equal(line + 1, refused.Line);
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void further_extension_lines_are_refused() =>
        Assert.Throws<SealException>(() => Checkpoint.Parse(SignedNote.Sign(checkpoint.Sign(key).Lines.Add("more"), key)));

    [Fact]
    public void a_checkpoint_is_signed_only_by_a_key_of_its_log_and_in_microseconds_of_utc()
    {
        using var other = SealingKey.Create("example.org/other");
        Assert.Throws<ArgumentException>(() => checkpoint.Sign(other));
        Assert.Throws<ArgumentOutOfRangeException>(() => (checkpoint with { Size = -1 }).Sign(key));
        Assert.Throws<InvalidOperationException>(() => (checkpoint with { Time = At.AddTicks(1) }).Sign(key));
        Assert.Throws<InvalidOperationException>(() => (checkpoint with { Time = At.ToOffset(TimeSpan.FromHours(1)) }).Sign(key));
    }

    [Fact]
    public void a_signature_in_another_der_form_is_refused()
    {
        var note = checkpoint.Sign(key);
        var der = note.Signatures[0].Signature.ToArray();
        byte[] padded = [0x30, 0x81, .. der[1..]]; // the same length, in the long form that only BER has
        var changed = new NoteSignature(key.Verifier.Name, key.Verifier.Id, padded);
        var read = SignedNote.Parse(Encoding.UTF8.GetBytes($"{note.Text}\n{changed}\n"), "x");
        Assert.Throws<SealException>(() => read.RequireSignatures(key.Verifier));
        Assert.False(key.Verifier.Verifies(Encoding.UTF8.GetBytes(note.Text), [.. der, 0]));
        Assert.True(key.Verifier.Verifies(Encoding.UTF8.GetBytes(note.Text), der));
    }

    [Theory]
    [InlineData("3006020101020102", true)]
    [InlineData("300702020080020102", true)]
    [InlineData("300602010102010200", false)] // more behind it
    [InlineData("3009020101020102020103", false)] // a third number
    [InlineData("3003020101", false)] // only one
    [InlineData("300702020001020102", false)] // a zero in front
    [InlineData("3006020181020102", false)] // negative
    [InlineData("3006020100020102", false)] // zero
    [InlineData("308106020101020102", false)] // long form of the length
    [InlineData("30800201010201020000", false)] // indefinite length
    [InlineData("", false)]
    public void a_signature_has_one_form(string der, bool canonical) => Assert.Equal(canonical, P256.IsCanonical(Convert.FromHexString(der)));

    public void Dispose() => key.Dispose();
}
