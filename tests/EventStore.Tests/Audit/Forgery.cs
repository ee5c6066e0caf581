using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Skale.EventStore.Tests;

/// <summary>An export in somebody's hands: its lines, to be changed at will, with as much of the rest made to fit as he cares for.</summary>
internal sealed partial class Forgery(string folder)
{
    private readonly string file = Directory.GetFiles(folder, "*.jsonl").Single();

    public List<string> Lines { get; } = [.. File.ReadAllLines(Directory.GetFiles(folder, "*.jsonl").Single())];

    public string Folder => folder;

    /// <summary>The line of a position.</summary>
    public string this[int position]
    {
        get => Lines[position - 1];
        set => Lines[position - 1] = value;
    }

    public void Swap(int one, int other) => (this[one], this[other]) = (this[other], this[one]);

    /// <summary>Makes positions, versions and previous digests fit, from the first line to the last.</summary>
    public Forgery Relink()
    {
        var tips = new Dictionary<string, (int Version, string Digest)>();
        for (var i = 0; i < Lines.Count; i++)
        {
            var stream = Stream().Match(Lines[i]).Groups[1].Value;
            var (version, digest) = tips.GetValueOrDefault(stream);
            var line = Tail().Replace(Lines[i], m => $",\"Position\":{i + 1}{(version == 0 ? "" : $",\"Previous\":\"{digest}\"")},\"Stream\"{m.Groups[1].Value},\"Version\":{version + 1}}}");
            tips[stream] = (version + 1, Convert.ToHexStringLower(Digest(line)));
            Lines[i] = line;
        }

        return this;
    }

    public void WriteLines() => File.WriteAllText(file, string.Concat(Lines.Select(line => $"{line}\n")));

    public void WriteDigests() => File.WriteAllBytes(Path.ChangeExtension(file, ".digests"), [.. Lines.SelectMany(Digest)]);

    /// <summary>Signs the tree as it is now, at the sizes given.</summary>
    /// <param name="keys">Null leaves the file of keys as it is.</param>
    public void Seal(SealingKey key, KeyHistory? keys, params long[] sizes)
    {
        var tree = new MerkleFrontier();
        var seals = new List<string>();
        foreach (var line in Lines)
        {
            tree.Push(new MerkleHash(Digest(line)));
            if (sizes.Contains(tree.Size))
            {
                seals.Add(new Checkpoint(SealedLog.Origin, tree.Size, tree.Root(), Some.Noon + TimeSpan.FromSeconds(tree.Size)).Sign(key).ToString());
            }
        }

        File.WriteAllText(Path.Combine(folder, "seals"), string.Join('\n', seals));
        if (keys is not null)
        {
            File.WriteAllBytes(Path.Combine(folder, "keys"), keys.ToBytes());
        }
    }

    private static byte[] Digest(string line) => SHA256.HashData([0, .. Encoding.UTF8.GetBytes(line)]);

    [GeneratedRegex("\"Stream\":\"([^\"]+)\"")]
    private static partial Regex Stream();

    [GeneratedRegex(",\"Position\":[0-9]+(?:,\"Previous\":\"[0-9a-f]{64}\")?,\"Stream\"(.*),\"Version\":[0-9]+}$")]
    private static partial Regex Tail();
}
