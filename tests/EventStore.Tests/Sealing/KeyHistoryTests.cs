using System.Text;

namespace Skale.EventStore.Tests;

public sealed class KeyHistoryTests : IDisposable
{
    private readonly SealingKey[] keys = [.. Enumerable.Range(0, 4).Select(_ => SealingKey.Create("example.org/log"))];
    private readonly KeyHistory history;

    public KeyHistoryTests() => history = KeyHistory.Begin(keys[0]).Rotate(keys[0], keys[1], 100).Rotate(keys[1], keys[2], 2_000);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(99, 0)]
    [InlineData(100, 1)]
    [InlineData(1_999, 1)]
    [InlineData(2_000, 2)]
    [InlineData(long.MaxValue, 2)]
    public void the_key_of_a_tree_size_is_the_last_that_began_by_then(long size, int key) => Assert.Equal(keys[key].Verifier, history.KeyAt(size));

    [Fact]
    public void two_keys_may_begin_at_the_same_size_and_the_later_one_signs()
    {
        var again = history.Rotate(keys[2], keys[3], 2_000);
        Assert.Equal(keys[3].Verifier, again.KeyAt(2_000));
        Assert.Equal(keys[1].Verifier, again.KeyAt(1_999));
    }

    [Fact]
    public void a_history_is_written_and_read_as_the_same_bytes_whichever_key_is_trusted() => Assert.All(keys[..3], trusted =>
    {
        var read = KeyHistory.Parse(history.ToBytes(), "keys", trusted.Verifier);
        Assert.Equal(history.ToBytes(), read.ToBytes());
        Assert.Equal(history.Statements, read.Statements);
        Assert.Equal([0, 100, 2_000], read.Statements.Select(statement => statement.From));
    });

    [Fact]
    public void a_trusted_key_that_is_none_of_the_log_is_refused() =>
        Assert.Contains("is none of the 3 keys", Refusal(history.ToBytes(), keys[3].Verifier).Message, StringComparison.Ordinal);

    [Fact]
    public void no_single_flipped_bit_goes_unnoticed()
    {
        var bytes = history.ToBytes();
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var changed = bytes.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Refusal(changed, null);
        }
    }

    [Fact]
    public void a_key_that_the_one_before_it_does_not_vouch_for_is_refused()
    {
        var notes = Notes(history);
        var lines = SignedNote.Parse(Encoding.UTF8.GetBytes(notes[2]), "x").Lines;
        foreach (var (forged, problem) in new[]
        {
            (SignedNote.Sign(lines, keys[2]), "is not vouched for by the one before it: is signed by"),
            (SignedNote.Sign(lines, keys[3], keys[2]), "is not vouched for by the one before it: is signed by"),
            (SignedNote.Sign(lines, keys[1]), $"a signature by {keys[2].Verifier} is missing"),
            (SignedNote.Sign(lines, keys[1], keys[2], keys[3]), "has a signature more"),
        })
        {
            Assert.Contains(problem, Refusal(Join(notes[0], notes[1], forged.ToString()), null).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void statements_left_out_or_out_of_order_are_refused()
    {
        var notes = Notes(history);
        Assert.Contains("the first key of a log", Refusal(Join(notes[1], notes[2]), null).Message, StringComparison.Ordinal);
        Assert.Contains("does not follow", Refusal(Join(notes[0], notes[2]), null).Message, StringComparison.Ordinal);
        Assert.Contains("does not follow", Refusal(Join(notes[0], notes[2], notes[1]), null).Message, StringComparison.Ordinal);
        Assert.Contains("does not follow", Refusal(Join(notes[0], notes[0]), null).Message, StringComparison.Ordinal);
        Assert.Contains("holds no key", Refusal([], null).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void a_rotation_that_would_not_verify_is_not_made()
    {
        using var stranger = SealingKey.Create("example.org/other");
        Assert.Contains("the key in use", Assert.Throws<SealException>(() => history.Rotate(keys[1], keys[3], 3_000)).Message, StringComparison.Ordinal);
        Assert.Contains("before the one it follows", Assert.Throws<SealException>(() => history.Rotate(keys[2], keys[3], 1_999)).Message, StringComparison.Ordinal);
        Assert.Contains("was used before", Assert.Throws<SealException>(() => history.Rotate(keys[2], keys[0], 3_000)).Message, StringComparison.Ordinal);
        Assert.Contains("another name", Assert.Throws<SealException>(() => history.Rotate(keys[2], stranger, 3_000)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void a_checkpoint_is_believed_only_from_the_key_of_its_size()
    {
        var checkpoint = new Checkpoint("example.org/log", 100, MerkleHash.OfLeaf([1]), DateTimeOffset.UnixEpoch);
        Assert.Equal(checkpoint, history.Open(checkpoint.Sign(keys[1])));
        Assert.Throws<SealException>(() => history.Open(checkpoint.Sign(keys[0])));
        Assert.Throws<SealException>(() => history.Open(checkpoint.Sign(keys[2])));
        using var other = SealingKey.Create("example.org/other");
        Assert.Contains("is of the log", Assert.Throws<SealException>(() => history.Open((checkpoint with { Origin = "example.org/other" }).Sign(other))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void neither_kind_of_note_can_be_taken_for_the_other()
    {
        var statement = SignedNote.Parse(Encoding.UTF8.GetBytes(Notes(history)[1]), "x");
        Assert.Throws<SealException>(() => Checkpoint.Parse(statement));
        Refusal(new Checkpoint("example.org/log", 1, MerkleHash.OfLeaf([1]), DateTimeOffset.UnixEpoch).Sign(keys[0]).ToBytes(), null);
    }

    public void Dispose() => Array.ForEach(keys, key => key.Dispose());

    private static SealException Refusal(byte[] bytes, VerifierKey? trusted) => Assert.Throws<SealException>(() => KeyHistory.Parse(bytes, "keys", trusted));

    private static string[] Notes(KeyHistory history) => [.. NoteReader.Parse(history.ToBytes(), "x").Select(note => note.ToString())];

    private static byte[] Join(params string[] notes) => Encoding.UTF8.GetBytes(string.Join('\n', notes));
}
