using System.Security.Cryptography;
using System.Text;

namespace Skale.EventStore;

/// <summary>What a snapshot is of.</summary>
/// <param name="Position">Of the last event in it.</param>
/// <param name="EventId">Of that event: another one there, and this is the snapshot of another log.</param>
/// <param name="Format">As <see cref="ISnapshotCodec{TState}.Format"/> was.</param>
public sealed record SnapshotLabel(string Log, long Position, Guid EventId, string Format);

/// <summary>
/// A snapshot as bytes: a line <c>skale snapshot 1</c>, the label, the version of every stream, the state, and the SHA-256 of all that comes before it.
/// </summary>
public static class SnapshotFile
{
    private static readonly byte[] Begin = Encoding.ASCII.GetBytes("skale snapshot 1\n");

    public static void Write<TState>(Stream to, SnapshotLabel label, IReadOnlyDictionary<string, long> versions, TState state, ISnapshotCodec<TState> codec)
    {
        using var digest = SHA256.Create();
        using (var digested = new CryptoStream(to, digest, CryptoStreamMode.Write, leaveOpen: true))
        {
            digested.Write(Begin);
            var pack = new PackWriter(digested);
            pack.Text(label.Log);
            pack.Number(label.Position);
            pack.Id(label.EventId);
            pack.Text(label.Format);
            pack.Many(versions, v =>
            {
                pack.Text(v.Key);
                pack.Number(v.Value);
            });
            codec.Write(pack, state);
            pack.Flush();
        }

        to.Write(digest.Hash);
    }

    /// <summary>Checks that nothing is damaged, and reads the label.</summary>
    /// <returns>With the rest, which <see cref="ReadState"/> takes.</returns>
    /// <exception cref="InvalidDataException">It is damaged, or no snapshot.</exception>
    public static (SnapshotLabel Label, PackReader Pack) Open(Stream from)
    {
        if (from.Length < Begin.Length + SHA256.HashSizeInBytes || !Digest(from).AsSpan().SequenceEqual(Tail(from)))
        {
            throw new InvalidDataException("it is damaged: its digest is another");
        }

        from.Position = 0;
        var begin = new byte[Begin.Length];
        from.ReadExactly(begin);
        if (!begin.AsSpan().SequenceEqual(Begin))
        {
            throw new InvalidDataException("it begins like no snapshot that this version knows");
        }

        var pack = new PackReader(from);
        return (new SnapshotLabel(pack.Text(), pack.Number(), pack.Id(), pack.Text()), pack);
    }

    /// <summary>The version of every stream, and the state.</summary>
    public static (Dictionary<string, long> Versions, TState State) ReadState<TState>(PackReader rest, ISnapshotCodec<TState> codec)
    {
        var versions = rest.Many(p => KeyValuePair.Create(p.Text(), p.Number())).ToDictionary();
        return (versions, codec.Read(rest));
    }

    private static byte[] Digest(Stream from)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        from.Position = 0;
        for (var left = from.Length - SHA256.HashSizeInBytes; left > 0;)
        {
            var count = (int)Math.Min(left, buffer.Length);
            from.ReadExactly(buffer, 0, count);
            digest.AppendData(buffer, 0, count);
            left -= count;
        }

        return digest.GetHashAndReset();
    }

    private static byte[] Tail(Stream from)
    {
        var tail = new byte[SHA256.HashSizeInBytes];
        from.Position = from.Length - tail.Length;
        from.ReadExactly(tail);
        return tail;
    }
}
