using System.Text;
using Skale.Servers;

namespace Skale.EventStore.Tests;

public sealed class SignedNoteTests
{
    private const string RekorKey = "AjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNhtmPtrWm3U1eQXBogSMdGvXwBcK5AW5i0hrZLOC96l+smGNM7nwZ4QvFK/4sueRoVj//QP22Ni4Qt9DPfkWLc=";
    private const string RekorNote = "Rekor\n798034\nf+7CoKgXKE/tNys9TTXcr/ad6U/K3xvznmzew9y6SP0=\n\n— rekor.sigstore.dev wNI9ajBEAiARInWIWyCdyG27CO6LPnPekyw20qO0YJfoaPaowGp/XgIgc+qEHS3+GKVClgqq20uDLet7MCoTURUCRdxwWBHHufk=\n";
    private const string PixelKey = "AjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABN+4x0Jk1yTwvLFI9A4NDdGZcX0aiWVdWM5XJVy0M4VWD3AvyW5Q6Hs9A0mcDkpUoYgn+KKPNzFC0H3nN3q6JQ8=";
    private const string PixelNote = "DEFAULT\n10\nbsWRucJU5xJPHb5eBdOm6+DM+VelCZBuvtI3sHERJ9Y=\n\n— pixel6_transparency_log kcFuMDBFAiEAhqMAP8P6qf6QxtUJhzMhbN+MbZ9dwfUHzGQJmffJHtoCIGD0cNe47dHWBoPwYdgBCepB06/+g5O1FmYjXl06owL4\n";

    /// <summary>Checkpoints of two public logs with ECDSA keys. Source: github.com/transparency-dev/formats (commit 0b850f1), note/note_verifier_test.go.</summary>
    [Theory]
    [InlineData("rekor.sigstore.dev+c0d23d6a+" + RekorKey, RekorNote)]
    [InlineData("pixel6_transparency_log+91c16e30+" + PixelKey, PixelNote)]
    public void published_notes_verify(string key, string text)
    {
        var note = SignedNote.Parse(Encoding.UTF8.GetBytes(text), "published");
        note.RequireSignatures(VerifierKey.Parse(key, "published"));
        Assert.Equal(text, note.ToString());
    }

    [Theory]
    [InlineData("", "holds 0 signed notes")]
    [InlineData("\n", "line 1: an empty line stands where a note begins")]
    [InlineData("a\n", "line 2: ends in the middle")]
    [InlineData("a\n\n", "line 3: a note has no signature")]
    [InlineData("a\n\n\n", "line 3: a note has no signature")]
    [InlineData("a\n\n— k AAAAAAE=", "line 3: the last line has no line feed")]
    [InlineData("a\n— k AAAAAAE=\n", "line 2: a signature line has no empty line before it")]
    [InlineData("a\n\n— k AAAAAAE=\nrest\n", "line 4: is not a signature line")]
    [InlineData("a\n\n— k AAAAAAE=\n\n", "line 5: ends with an empty line")]
    [InlineData("a\n\n— k AAAAAAE=\n\nrest\n", "line 6: ends in the middle")]
    [InlineData("a\n\n— k AAAAAAE=\n\nb\n\n— k AAAAAAE=\n", "holds 2 signed notes")]
    [InlineData("a\n\n- k AAAAAAE=\n", "line 3: is not a signature line")]
    [InlineData("a\n\n—k AAAAAAE=\n", "line 3: is not a signature line")]
    [InlineData("a\n\n— k  AAAAAAE=\n", "line 3: does not name its key")]
    [InlineData("a\n\n— k+ AAAAAAE=\n", "line 3: does not name its key")]
    [InlineData("a\n\n—  AAAAAAE=\n", "line 3: does not name its key")]
    [InlineData("a\n\n— k AAAAAAE= \n", "line 3: does not name its key")]
    [InlineData("a\n\n— k AAAAAAE\n", "line 3: does not end with a signature in base64")]
    [InlineData("a\n\n— k AAAAAA==\n", "line 3: does not end with a signature in base64")]
    [InlineData("a\n\n— k AAAAAAF=\n", "line 3: its base64 is not the canonical one")]
    [InlineData("a\r\n\r\n— k AAAAAAE=\r\n", "line 1: has a control character")]
    [InlineData("a\tb\n\n— k AAAAAAE=\n", "line 1: has a control character")]
    public void what_is_not_exactly_a_note_is_refused(string text, string problem)
    {
        var refused = Assert.Throws<SealException>(() => SignedNote.Parse(Encoding.UTF8.GetBytes(text), "x.note"));
        Assert.StartsWith("x.note", refused.Message, StringComparison.Ordinal);
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void what_is_not_utf8_is_refused() =>
        Assert.Equal(2, Assert.Throws<SealException>(() => SignedNote.Parse([(byte)'a', (byte)'\n', 0xC0, 0x8A, (byte)'\n'], "x")).Line);

    [Fact]
    public void notes_are_read_one_after_another_from_a_file()
    {
        using var key = SealingKey.Create("example.org/log");
        var written = Enumerable.Range(1, 300).Select(i => SignedNote.Sign([$"note {i}", new string('x', i * 13)], key).ToString()).ToArray();
        var file = Path.Combine(Repository.NewFolder("notes"), "notes");
        File.WriteAllText(file, string.Join('\n', written));
        Assert.Equal(written, NoteReader.Read(file).Select(note => note.ToString()));
        Assert.Equal(Enumerable.Range(0, 300).Select(i => 1L + (i * 5)), NoteReader.Read(file).Select(note => note.Line));

        File.WriteAllText(file, string.Join('\n', written)[..^1]);
        using var notes = NoteReader.Read(file).GetEnumerator();
        Assert.All(written[..^1], _ => Assert.True(notes.MoveNext()));
        Assert.Equal((300 * 5) - 1, Assert.Throws<SealException>(() => notes.MoveNext()).Line);

        File.WriteAllText(file, "");
        Assert.Empty(NoteReader.Read(file));
    }

    [Fact]
    public void exactly_the_required_keys_must_have_signed()
    {
        using var one = SealingKey.Create("example.org/log");
        using var other = SealingKey.Create("example.org/log");
        var both = SignedNote.Sign(["text"], one, other);
        both.RequireSignatures(one.Verifier, other.Verifier);
        Assert.Contains("signed by", Refusal(other.Verifier, one.Verifier), StringComparison.Ordinal);
        Assert.Contains("line 4: has a signature more", Refusal(one.Verifier), StringComparison.Ordinal);
        Assert.Contains("line 5: a signature by", Refusal(one.Verifier, other.Verifier, one.Verifier), StringComparison.Ordinal);

        string Refusal(params VerifierKey[] keys) => Assert.Throws<SealException>(() => both.RequireSignatures(keys)).Message;
    }

    [Fact]
    public void a_signature_of_another_text_is_refused()
    {
        using var key = SealingKey.Create("example.org/log");
        var note = SignedNote.Parse(Encoding.UTF8.GetBytes(SignedNote.Sign(["text"], key).ToString().Replace("text", "test", StringComparison.Ordinal)), "x");
        Assert.Contains("is not one of the text above", Assert.Throws<SealException>(() => note.RequireSignatures(key.Verifier)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two\n\nlines")]
    [InlineData("— k AAAAAAE=")]
    [InlineData("a\tb")]
    public void a_text_that_could_not_be_read_back_is_not_signed(string line)
    {
        using var key = SealingKey.Create("example.org/log");
        Assert.Throws<SealException>(() => SignedNote.Sign([line], key));
    }
}
