using System.Diagnostics.CodeAnalysis;

namespace Skale.EventStore;

/// <summary>A line of an export or a journal, and its digest.</summary>
internal static class ExportLine
{
    public static bool TryParse(ReadOnlySpan<byte> bytes, out EventLine line, [NotNullWhen(false)] out string? problem)
    {
        try
        {
            line = EventLineParser.Parse(bytes);
            problem = null;
            return true;
        }
        catch (FormatException e)
        {
            line = default;
            problem = e.Message;
            return false;
        }
    }

    /// <param name="scratch">Used for a line with a mark of its commit, which is not digested.</param>
    public static MerkleHash Digest(in EventLine line, ReadOnlySpan<byte> bytes, ByteBuffer scratch)
    {
        if (line.More == 0)
        {
            return MerkleHash.OfLeaf(bytes);
        }

        scratch.Truncate(0);
        scratch.Add(bytes[..line.BodyLength]);
        scratch.Add((byte)'}');
        return MerkleHash.OfLeaf(scratch.Written);
    }
}
