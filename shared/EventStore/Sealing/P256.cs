using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace Skale.EventStore;

/// <summary>What public and private keys share: the curve, the form of a signature (RFC 3279, section 2.2.3) and of a name.</summary>
internal static class P256
{
    private const string Oid = "1.2.840.10045.3.1.7"; // RFC 5480: secp256r1, which NIST calls P-256

    /// <summary>A key read by the given function, if it is on the curve.</summary>
    public static ECDsa Import(string source, long line, Action<ECDsa> read)
    {
        var key = ECDsa.Create();
        try
        {
            read(key);
            var curve = key.ExportParameters(includePrivateParameters: false).Curve;
            if (curve.IsNamed && curve.Oid.Value == Oid)
            {
                return key;
            }

            key.Dispose();
            throw new SealException(source, line, $"the key is on the curve {curve.Oid?.FriendlyName ?? "of its own parameters"}", "Only P-256 is used: make one with 'skale audit keygen'.");
        }
        catch (Exception problem) when (problem is CryptographicException or ArgumentException or PlatformNotSupportedException)
        {
            key.Dispose();
            throw new SealException(source, line, $"no elliptic-curve key can be read ({problem.Message.TrimEnd('.')})", "Give a key as it was written when it was created.", problem);
        }
    }

    public static void RequireName(string name, string source)
    {
        if (!VerifierKey.IsName(name))
        {
            throw new SealException(source, 0, $"'{name}' cannot name a key", "Use 1 to 200 characters without white space or '+', for example example.org/skale.");
        }
    }

    /// <summary>Whether this is the one DER form of two positive numbers, with nothing before, between or behind them.</summary>
    public static bool IsCanonical(ReadOnlySpan<byte> signature)
    {
        try
        {
            var reader = new AsnReader(signature.ToArray(), AsnEncodingRules.DER);
            var pair = reader.ReadSequence();
            var (r, s) = (pair.ReadInteger(), pair.ReadInteger());
            pair.ThrowIfNotEmpty();
            reader.ThrowIfNotEmpty();
            return r.Sign > 0 && s.Sign > 0 && Encode(r, s).AsSpan().SequenceEqual(signature);
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static byte[] Encode(BigInteger r, BigInteger s)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(r);
            writer.WriteInteger(s);
        }

        return writer.Encode();
    }
}
