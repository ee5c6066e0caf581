using System.Globalization;
using System.Text;

namespace Skale.EventStore;

/// <summary>
/// The file <c>start</c> of an export that does not begin with the first event: the position it begins behind, and what the tree of the events up to there
/// must be for later checkpoints to hold. Lines of text, each with its line feed: the position in decimal digits, then the roots of the complete subtrees
/// (<see cref="MerkleFrontier.Subtrees"/>) in base64, largest first.
/// </summary>
/// <param name="Position">1 or more.</param>
internal sealed record ExportStart(long Position, MerkleHash[] Subtrees)
{
    public const string FileName = "start";

    public byte[] ToBytes() =>
        Encoding.ASCII.GetBytes($"{Position.ToString(CultureInfo.InvariantCulture)}\n{string.Concat(Subtrees.Select(subtree => $"{subtree.ToBase64()}\n"))}");

    /// <summary>Reads exactly what <see cref="ToBytes"/> writes.</summary>
    /// <exception cref="SealException">It is anything else.</exception>
    public static ExportStart Parse(ReadOnlySpan<byte> bytes, string source)
    {
        var lines = Encoding.Latin1.GetString(bytes).Split('\n');
        if (!long.TryParse(lines[0], NumberStyles.None, CultureInfo.InvariantCulture, out var position) || position < 1)
        {
            throw Error(1, "is not the position the export begins behind");
        }

        var subtrees = new List<MerkleHash>();
        for (var line = 1; line < lines.Length - 1; line++)
        {
            subtrees.Add(MerkleHash.TryFromBase64(lines[line], out var subtree) ? subtree : throw Error(line + 1, "is not the root of a subtree: 32 bytes in canonical base64"));
        }

        var start = new ExportStart(position, [.. subtrees]);
        return subtrees.Count == long.PopCount(position) && start.ToBytes().AsSpan().SequenceEqual(bytes)
            ? start
            : throw Error(0, $"does not hold position {position} and the roots of its {long.PopCount(position)} subtrees, and nothing else");

        SealException Error(long line, string what) => new(source, line, what, "Export the log again.");
    }
}
