using System.Security.Cryptography;

namespace Skale.EventStore;

/// <summary>
/// The private key that signs checkpoints: ECDSA on P-256 with SHA-256. Its file is PEM (PKCS #8, not encrypted) under a line <c>name: NAME</c>, which OpenSSL
/// skips, and only its owner may read it. Not safe for concurrent use.
/// </summary>
public sealed class SealingKey : IDisposable
{
    private const string NamePrefix = "name: ";
    private readonly ECDsa key;

    private SealingKey(string name, ECDsa key)
    {
        this.key = key;
        Verifier = new VerifierKey(name, key);
    }

    /// <summary>The public half.</summary>
    public VerifierKey Verifier { get; }

    /// <summary>A new random key.</summary>
    /// <exception cref="SealException">The name cannot name a key, see <see cref="VerifierKey.IsName"/>.</exception>
    public static SealingKey Create(string name)
    {
        P256.RequireName(name, "a new key");
        return new(name, ECDsa.Create(ECCurve.NamedCurves.nistP256));
    }

    /// <exception cref="SealException">The file cannot be read, others may read it, or it does not hold a named private key on P-256.</exception>
    public static SealingKey Load(string file)
    {
        var text = Read(file);
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        if (end < 0 || !text.StartsWith(NamePrefix, StringComparison.Ordinal))
        {
            throw new SealException(file, 1, $"is not '{NamePrefix}NAME'", "Put that line before the key; NAME is the origin of the log.");
        }

        var name = text[NamePrefix.Length..end];
        P256.RequireName(name, file);
        var pem = text[(end + 1)..];
        if (!pem.StartsWith("-----BEGIN PRIVATE KEY-----\n", StringComparison.Ordinal))
        {
            throw new SealException(file, 2, "is not '-----BEGIN PRIVATE KEY-----'", "Give a private key as PKCS #8 without a password ('openssl pkcs8 -topk8 -nocrypt').");
        }

        return new(name, P256.Import(file, 2, key => key.ImportFromPem(pem)));
    }

    /// <summary>Why <see cref="Load"/> cannot read that file; null when it can, and when there is none to read.</summary>
    public static string? ProblemWith(string? file) => SealException.ProblemOf(() =>
    {
        using var key = file is null ? null : Load(file);
    });

    /// <summary>Writes the key to a new file (mode 0600) and to the disk.</summary>
    /// <exception cref="SealException">The file exists: a key is never overwritten.</exception>
    public void Save(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var stream = Create(file, options))
        {
            stream.Write(SignedNote.Utf8.GetBytes($"{NamePrefix}{Verifier.Name}\n{key.ExportPkcs8PrivateKeyPem()}\n"));
            stream.Flush(flushToDisk: true);
        }

        Segment.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(file))!);
    }

    /// <summary>Signs a text, which ends with a line feed.</summary>
    internal NoteSignature Sign(string text) =>
        new(Verifier.Name, Verifier.Id, key.SignData(SignedNote.Utf8.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));

    public void Dispose() => key.Dispose();

    private static string Read(string file)
    {
        try
        {
            const UnixFileMode Open = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite;
            return OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & Open) == 0
                ? File.ReadAllText(file, SignedNote.Utf8)
                : throw new SealException(file, 0, "others may read or change the private key", $"Run 'chmod 600 {file}', and replace the key if anyone could have had it.");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new SealException(file, 0, $"the private key cannot be read ({problem.Message.TrimEnd('.')})", "Make one with 'skale audit keygen', or correct the path or its rights.", problem);
        }
    }

    private static FileStream Create(string file, FileStreamOptions options)
    {
        try
        {
            return new FileStream(file, options);
        }
        catch (IOException exists) when (File.Exists(file))
        {
            throw new SealException(file, 0, "exists already, and a key is never overwritten", "Choose another name; keep every old key file, or the log it signs for cannot go on.", exists);
        }
    }
}
