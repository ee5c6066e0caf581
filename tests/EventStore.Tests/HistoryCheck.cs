using System.Text.Json;

namespace Skale.EventStore.Tests;

/// <summary>
/// Follows a log of <see cref="Some.Batch"/> and fails at the first thing no writer leaves behind: a gap in positions or versions, half a batch, a digest that
/// is not its line's, a link that is not the digest before. Each call reads only what is new.
/// </summary>
internal sealed class HistoryCheck
{
    private readonly List<(string Stream, long Version)> events = [];
    private readonly Dictionary<string, (long Version, string Digest)> tips = [];

    public long Position => events.Count;

    public long VersionOf(string stream) => tips.TryGetValue(stream, out var tip) ? tip.Version : 0;

    public async Task Follow(IEventLog log)
    {
        var head = await log.Head();
        var open = (Batch: "", Left: 0);
        await foreach (var line in log.Evidence.ReadLines(Position))
        {
            Assert.Equal(Position + 1, line.Position);
            Assert.Equal(MerkleHash.OfLeaf(line.Bytes.Span), line.Digest);
            open = Take(JsonElement.Parse(line.Bytes.Span), line.Digest.ToString(), open);
        }

        Assert.True(open.Left == 0, $"{open.Left} events of batch {open.Batch} are missing at the end, position {Position}.");
        Assert.True(Position >= head, $"The lines end at {Position}, the log at {head}.");
    }

    public void AssertHolds(string stream, long version, long position)
    {
        Assert.True(position <= Position, $"{stream}/{version} was acknowledged at position {position}, but the log ends at {Position}.");
        Assert.Equal((stream, version), events[(int)position - 1]);
    }

    private (string Batch, int Left) Take(JsonElement line, string digest, (string Batch, int Left) open)
    {
        var (stream, version) = (line.GetProperty("Stream").GetString()!, line.GetProperty("Version").GetInt64());
        var (batch, size) = (line.GetProperty("Data").GetProperty("Batch").GetString()!, line.GetProperty("Data").GetProperty("Size").GetInt32());
        var tip = tips.GetValueOrDefault(stream);
        Assert.Equal($"{stream}/{tip.Version + 1}", $"{stream}/{version}");
        Assert.Equal(tip.Digest, line.TryGetProperty("Previous", out var previous) ? previous.GetString() : null);
        Assert.True(open.Left == 0 || open.Batch == batch, $"Position {Position + 1} is of batch {batch}, though {open.Left} events of {open.Batch} are missing.");
        events.Add((stream, version));
        tips[stream] = (version, digest);
        return (batch, (open.Left == 0 ? size : open.Left) - 1);
    }
}
