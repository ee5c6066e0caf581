using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Skale.EventStore;

/// <summary>
/// A public key that checks ECDSA signatures on P-256 with SHA-256: signature type 0x02 of c2sp.org/signed-note, as github.com/transparency-dev/formats
/// and Sigstore's Rekor have it. Two keys are equal if name and public key are.
/// </summary>
public sealed class VerifierKey : IEquatable<VerifierKey>
{
    private const byte EcdsaType = 0x02;
    private const string Remedy = "Give it as NAME+ID+KEY, just as it was printed when the key was created.";
    private readonly byte[] spki;
    private readonly Lock turn = new();
#pragma warning disable CA2213 // Lives as long as the key, which is a value that nobody disposes of; its handle has a finalizer.
    private readonly ECDsa key;
#pragma warning restore CA2213

    internal VerifierKey(string name, ECDsa key)
    {
        Name = name;
        spki = key.ExportSubjectPublicKeyInfo();
        this.key = ECDsa.Create(key.ExportParameters(includePrivateParameters: false));
        Id = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(spki));
    }

    /// <summary>As a rule a URL without scheme that nobody else uses, and the origin of the log whose checkpoints the key signs.</summary>
    public string Name { get; }

    /// <summary>The first four bytes of SHA-256 of the public key (DER of SubjectPublicKeyInfo). For this signature type alone the name is no part of it.</summary>
    public uint Id { get; }

    /// <summary>Whether it can name a key: not empty, no white space, no plus, no control character; at most 200 characters.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= 200 && !name.Any(c => c == '+' || char.IsWhiteSpace(c) || char.IsControl(c) || char.IsSurrogate(c));

    /// <summary>Reads exactly what <see cref="ToString"/> writes.</summary>
    /// <param name="source">What errors call it.</param>
    /// <exception cref="SealException">It is anything else, or not a key on P-256.</exception>
    public static VerifierKey Parse(string text, string source, long line = 0)
    {
        var parts = text.Split('+', 3);
        if (parts.Length != 3 || !IsName(parts[0]))
        {
            throw new SealException(source, line, $"'{text}' is not a verifier key", Remedy);
        }

        var bytes = new byte[parts[2].Length];
        if (!Convert.TryFromBase64String(parts[2], bytes, out var length) || length == 0 || bytes[0] != EcdsaType)
        {
            throw new SealException(source, line, $"'{parts[2]}' is not an ECDSA key in base64 (its first byte is {EcdsaType})", Remedy);
        }

        using var key = P256.Import(source, line, key => key.ImportSubjectPublicKeyInfo(bytes.AsSpan(1..length), out _));
        var verifier = new VerifierKey(parts[0], key);
        return verifier.ToString() == text
            ? verifier
            : throw new SealException(source, line, $"'{text}' should read {verifier}", Remedy);
    }

    /// <summary>Those that are separated by commas: while a key is changed, the old one and the new.</summary>
    /// <inheritdoc cref="Parse" path="/exception"/>
    public static IReadOnlyList<VerifierKey> ParseAll(string text, string source) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(k => Parse(k, source))];

    /// <summary>Reads a public key as OpenSSL writes it (PEM of SubjectPublicKeyInfo), which has no name.</summary>
    /// <exception cref="SealException">It is not a key on P-256.</exception>
    public static VerifierKey FromPem(string name, string pem, string source)
    {
        P256.RequireName(name, source);
        using var key = P256.Import(source, 0, key => key.ImportFromPem(pem));
        return new VerifierKey(name, key);
    }

    /// <summary>Whether a signature (ASN.1 DER, in its only form) is one of the text by this key.</summary>
    public bool Verifies(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature)
    {
        lock (turn)
        {
            return P256.IsCanonical(signature) && key.VerifyData(text, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
    }

    /// <summary>The vkey form of c2sp.org/signed-note: name, plus, key id in 8 lower-case hexadecimal digits, plus, base64 of type and public key.</summary>
    public override string ToString() =>
        $"{Name}+{Id.ToString("x8", CultureInfo.InvariantCulture)}+{Convert.ToBase64String([EcdsaType, .. spki])}";

    /// <summary>The public key alone, as OpenSSL reads it.</summary>
    public string ToPem() => PemEncoding.WriteString("PUBLIC KEY", spki) + '\n';

    public bool Equals(VerifierKey? other) => other is not null && Name == other.Name && spki.AsSpan().SequenceEqual(other.spki);

    public override bool Equals(object? obj) => Equals(obj as VerifierKey);

    public override int GetHashCode() => (int)Id;
}
