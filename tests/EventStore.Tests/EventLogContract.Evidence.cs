using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Skale.EventStore.Tests;

public abstract partial class EventLogContract
{
    [Fact]
    public async Task the_digest_of_an_event_is_the_leaf_hash_of_its_canonical_line()
    {
        await using var log = await (await NewPlace()).OpenWriter();
        await log.Append([Some.Event("a", 1, "\u00e9 \\n"), Some.Event("b \"x\" \\", 1)]);
        await log.Append([Some.Event("a", 2), Some.Event("a", 3) with { CausationId = null, CorrelationId = null }, Some.Event("b \"x\" \\", 2)]);

        var lines = await log.Evidence.ReadLines().All();
        Assert.Equal(5, lines.Count);
        var tips = new Dictionary<string, string>();
        foreach (var (line, e) in lines.Zip(await log.ReadAll().All()))
        {
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData([0, .. line.Bytes.Span])), line.Digest.ToString());
            var json = JsonElement.Parse(line.Bytes.Span);
            Assert.Equal(Encoding.UTF8.GetString(CanonicalJson.Of(line.Bytes.Span)), Encoding.UTF8.GetString(line.Bytes.Span));
            Assert.Equal((e.Position, e.Stream, e.Version, e.Type), (json.GetProperty("Position").GetInt64(), json.GetProperty("Stream").GetString(), json.GetProperty("Version").GetInt64(), json.GetProperty("Type").GetString()));
            Assert.Equal(tips.GetValueOrDefault(e.Stream), json.TryGetProperty("Previous", out var previous) ? previous.GetString() : null);
            tips[e.Stream] = line.Digest.ToString();
        }

        Assert.Equal(lines.Select(l => l.Digest), await log.Evidence.ReadDigests().All());
        Assert.Equal(lines.Skip(2).Select(l => (l.Position, l.Digest, Encoding.UTF8.GetString(l.Bytes.Span))), (await log.Evidence.ReadLines(2).All()).Select(l => (l.Position, l.Digest, Encoding.UTF8.GetString(l.Bytes.Span))));
        Assert.Equal(lines.Skip(3).Select(l => l.Digest), await log.Evidence.ReadDigests(3).All());
    }

    /// <summary>
    /// One root for both stores, however the events came in: what a restore into another store relies on. The constant was computed by a program that shares no
    /// code with this one (Python: json.dumps with sorted keys, hashlib, the recursive definition of RFC 6962).
    /// </summary>
    [Fact]
    public async Task the_same_events_have_the_same_root_in_every_store()
    {
        var place = await NewPlace();
        await using (var log = await place.OpenWriter())
        {
            await log.Append([.. Some.Events("a", 1, 3), .. Some.Events("b", 1, 600)]);
            await Task.WhenAll(log.Append(Some.Events("a", 4, 4)), log.Head());
            await log.Append(Some.Events("b", 601, 602));
        }

        await using var again = await place.OpenWriter();
        await again.Append([Some.Event("b", 603) with { Data = Encoding.UTF8.GetBytes("""{ "Z" : 1.50, "A" : [ 1e2, "\u0041" ] }""") }]);
        var tree = new MerkleFrontier();
        await foreach (var digest in again.Evidence.ReadDigests())
        {
            tree.Push(digest);
        }

        Assert.Equal((607, "08c6d8d574db43852a30e559e3e64a6a802d0f7b4d569949a513afa54bfe6085"), (tree.Size, tree.Root().ToString()));
    }

    [Fact]
    public async Task checkpoints_and_keys_are_kept_in_order()
    {
        using var first = SealingKey.Create("test.example/log");
        using var second = SealingKey.Create("test.example/log");
        var keys = KeyHistory.Begin(first);
        var place = await NewPlace();
        await using (var log = await place.OpenWriter())
        {
            Assert.Null(await log.Evidence.LastSeal());
            Assert.Null(await log.Evidence.LoadKeys());
            await log.Evidence.SaveKeys(keys);
            for (var size = 1; size <= 3; size++)
            {
                await log.Evidence.AddSeal(SealOf(size, first));
            }

            await log.Evidence.SaveKeys(keys.Rotate(first, second, 4));
            await log.Evidence.AddSeal(SealOf(4, second));
        }

        await using var reader = await place.OpenReader();
        var known = await reader.Evidence.LoadKeys();
        Assert.Equal(second.Verifier, known!.Current);
        Assert.Equal([2L, 3, 4], (await reader.Evidence.ReadSeals(1).All()).Select(note => known.Open(note).Size));
        Assert.Equal(4, known.Open((await reader.Evidence.LastSeal())!).Size);
    }

    private static SignedNote SealOf(long size, SealingKey key) => new Checkpoint(key.Verifier.Name, size, MerkleHash.OfLeaf([(byte)size]), Some.Noon).Sign(key);
}
