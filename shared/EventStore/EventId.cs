using System.Security.Cryptography;
using System.Text;

namespace Skale.EventStore;

/// <summary>Deterministic ids: the same cause and ordinal give the same id, in any process, after any crash (RFC 9562, version 5).</summary>
public static class EventId
{
    /// <summary>The id of the <paramref name="ordinal"/>-th event (from 0) that a log records because of a message or event.</summary>
    public static Guid Of(string log, Guid cause, int ordinal) => Of($"{log}/{cause:D}/{ordinal}");

    /// <summary>The id of something that is identified by a text of its own.</summary>
    public static Guid Of(string name)
    {
        Span<byte> hash = stackalloc byte[20];
        var text = Encoding.UTF8.GetBytes(name);
        Span<byte> input = stackalloc byte[16 + text.Length];
        Namespace.TryWriteBytes(input, bigEndian: true, out _);
        text.CopyTo(input[16..]);
#pragma warning disable CA5350 // Version 5 ids are defined over SHA-1; nothing relies on its strength.
        SHA1.HashData(input, hash);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    private static readonly Guid Namespace = new("5f6d5b0e-6f0e-5a57-9d0e-1c5ca1e5e7f1");
}
