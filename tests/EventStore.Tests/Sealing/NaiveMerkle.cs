using System.Security.Cryptography;

namespace Skale.EventStore.Tests;

/// <summary>The definitions of RFC 6962, sections 2.1, 2.1.1 and 2.1.2, word for word: recursive, over all data at once. The oracle for everything else.</summary>
internal static class NaiveMerkle
{
    public static MerkleHash Mth(ReadOnlySpan<byte[]> data) => data switch
    {
        [] => new(SHA256.HashData([])),
        [var only] => new(SHA256.HashData([0x00, .. only])),
        _ => new(SHA256.HashData([0x01, .. Mth(data[..Split(data)]).Span, .. Mth(data[Split(data)..]).Span])),
    };

    public static MerkleHash[] Path(int leaf, ReadOnlySpan<byte[]> data) =>
        data.Length == 1 ? []
        : leaf < Split(data) ? [.. Path(leaf, data[..Split(data)]), Mth(data[Split(data)..])]
        : [.. Path(leaf - Split(data), data[Split(data)..]), Mth(data[..Split(data)])];

    public static MerkleHash[] Proof(int old, ReadOnlySpan<byte[]> data) => SubProof(old, data, known: true);

    /// <summary>Leaves of which no two are equal.</summary>
    public static byte[][] Data(Random random, int leaves) => [.. Enumerable.Range(0, leaves).Select(_ =>
    {
        var data = new byte[random.Next(8, 40)];
        random.NextBytes(data);
        return data;
    })];

    private static MerkleHash[] SubProof(int old, ReadOnlySpan<byte[]> data, bool known) =>
        old == data.Length ? known ? [] : [Mth(data)]
        : old <= Split(data) ? [.. SubProof(old, data[..Split(data)], known), Mth(data[Split(data)..])]
        : [.. SubProof(old - Split(data), data[Split(data)..], known: false), Mth(data[..Split(data)])];

    /// <summary>"The largest power of two smaller than n."</summary>
    private static int Split(ReadOnlySpan<byte[]> data)
    {
        var split = 1;
        while (split * 2 < data.Length)
        {
            split *= 2;
        }

        return split;
    }
}
