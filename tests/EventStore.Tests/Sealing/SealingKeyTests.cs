using System.Runtime.Versioning;
using System.Security.Cryptography;
using Skale.Servers;

namespace Skale.EventStore.Tests;

[UnsupportedOSPlatform("windows")]
public sealed class SealingKeyTests : IDisposable
{
    private static readonly TimeSpan AtMost = Wait.Patience;
    private readonly string folder = Repository.NewFolder("keys");
    private readonly SealingKey key = SealingKey.Create("example.org/log");

    private string PrivateFile => Path.Combine(folder, "log.key");

    [Fact]
    public void a_saved_key_is_read_back_and_only_its_owner_may_read_it()
    {
        key.Save(PrivateFile);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(PrivateFile));
        using var loaded = SealingKey.Load(PrivateFile);
        Assert.Equal(key.Verifier, loaded.Verifier);
        SignedNote.Sign(["text"], loaded).RequireSignatures(key.Verifier);
    }

    [Fact]
    public void a_key_is_never_overwritten()
    {
        key.Save(PrivateFile);
        using var other = SealingKey.Create("example.org/log");
        Assert.Contains("never overwritten", Assert.Throws<SealException>(() => other.Save(PrivateFile)).Message, StringComparison.Ordinal);
        using var loaded = SealingKey.Load(PrivateFile);
        Assert.Equal(key.Verifier, loaded.Verifier);
    }

    [Fact]
    public void a_key_that_others_may_read_is_refused()
    {
        key.Save(PrivateFile);
        File.SetUnixFileMode(PrivateFile, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Assert.Contains("chmod 600", LoadError(), StringComparison.Ordinal);
    }

    [Fact]
    public void what_is_no_private_key_is_refused_with_a_reason()
    {
        Assert.Contains("cannot be read", LoadError(), StringComparison.Ordinal);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        key.Save(PrivateFile);
        var good = File.ReadAllText(PrivateFile);
        foreach (var (text, problem) in new[]
        {
            ("", "line 1: is not 'name: NAME'"),
            (good[(good.IndexOf('\n') + 1)..], "line 1: is not 'name: NAME'"),
            (good.Replace("example.org/log", "two words", StringComparison.Ordinal), "cannot name a key"),
            ($"name: a\n{key.Verifier.ToPem()}", "line 2: is not '-----BEGIN PRIVATE KEY-----'"),
            (good[..(good.Length / 2)], "no elliptic-curve key can be read"),
            ($"name: a\n{rsa.ExportPkcs8PrivateKeyPem()}\n", "no elliptic-curve key can be read"),
            ($"name: a\n{p384.ExportPkcs8PrivateKeyPem()}\n", "Only P-256"),
        })
        {
            File.WriteAllText(PrivateFile, text);
            Assert.Contains(problem, LoadError(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("a+b")]
    [InlineData("a\nb")]
    [InlineData("a\u00a0b")]
    public void a_name_that_a_note_cannot_hold_is_refused(string name) => Assert.Throws<SealException>(() => SealingKey.Create(name));

    [Fact]
    public void the_text_form_of_a_public_key_is_strict()
    {
        var text = key.Verifier.ToString();
        Assert.Equal(key.Verifier, VerifierKey.Parse(text, "x"));
        Assert.Equal(key.Verifier, VerifierKey.FromPem("example.org/log", key.Verifier.ToPem(), "x"));
        var parts = text.Split('+', 3);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.All(
            new[]
            {
                "", "example.org/log", text + "A", text + " ", text[..^4], $"{parts[0]}+00000000+{parts[2]}", $"{parts[0]}+{parts[1].ToUpperInvariant()}A+{parts[2]}", $"+{parts[1]}+{parts[2]}",
                $"{parts[0]}+{parts[1]}+AQ{parts[2][2..]}", $"{parts[0]}+{parts[1]}+{Convert.ToBase64String([0x02, .. p384.ExportSubjectPublicKeyInfo()])}",
                $"{parts[0]}+{parts[1]}+{Convert.ToBase64String([.. Convert.FromBase64String(parts[2]), 0])}",
            },
            bad => Assert.Throws<SealException>(() => VerifierKey.Parse(bad, "x")));
    }

    [Fact]
    public async Task openssl_verifies_our_signatures_and_reads_our_keys()
    {
        var note = new Checkpoint("example.org/log", 7, MerkleHash.OfLeaf([]), DateTimeOffset.UnixEpoch).Sign(key);
        var (publicFile, signature, text) = (Path.Combine(folder, "pub.pem"), Path.Combine(folder, "sig.der"), Path.Combine(folder, "note.txt"));
        await File.WriteAllTextAsync(publicFile, key.Verifier.ToPem());
        await File.WriteAllBytesAsync(signature, note.Signatures[0].Signature.ToArray());
        await File.WriteAllTextAsync(text, note.Text);
        string[] verify = ["dgst", "-sha256", "-verify", publicFile, "-signature", signature, text];
        Assert.Contains("Verified OK", await ServerProcess.Run("openssl", verify, AtMost), StringComparison.Ordinal);

        await File.AppendAllTextAsync(text, "more\n");
        await Assert.ThrowsAsync<InvalidOperationException>(() => ServerProcess.Run("openssl", verify, AtMost));

        key.Save(PrivateFile);
        await ServerProcess.Run("openssl", ["pkey", "-in", PrivateFile, "-pubout", "-out", publicFile + "2"], AtMost);
        Assert.Equal(await File.ReadAllTextAsync(publicFile), await File.ReadAllTextAsync(publicFile + "2"));
    }

    [Fact]
    public async Task we_read_what_openssl_makes()
    {
        var made = Path.Combine(folder, "made.pem");
        await ServerProcess.Run("openssl", ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", made], AtMost);
        await File.WriteAllTextAsync(PrivateFile, $"name: example.org/log\n{await File.ReadAllTextAsync(made)}");
        File.SetUnixFileMode(PrivateFile, UnixFileMode.UserRead);
        using var loaded = SealingKey.Load(PrivateFile);
        SignedNote.Sign(["text"], loaded).RequireSignatures(loaded.Verifier);
    }

    public void Dispose() => key.Dispose();

    private string LoadError() => Assert.Throws<SealException>(() => SealingKey.Load(PrivateFile)).Message;
}
