using System.Text.Json;
using Skale.ChainWatcher.Domain;
using Skale.ChainWatcher.Domain.Manager;
using Skale.Contracts;
using Skale.Ethereum;

namespace Skale.ChainWatcher.Tests;

/// <summary>The facts of a recorded SKALE Manager, folded, against what its contracts answered.</summary>
public sealed class RecordedManagerTests
{
    public static TheoryData<long> SnapshotBlocks => [.. RecordedViews.SnapshotBlocks];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(SnapshotBlocks))]
    public async Task the_folded_state_is_what_the_contracts_said(long block)
    {
        await using var node = await ReplayNode.Start();
        using var reader = await Open(node);
        var report = await reader.Check(block, _ => { }, Cancellation);

        Assert.Empty(report.Differences);
        Assert.Empty(report.Doubts);
        Assert.True(report.Compared > report.Nodes * 15);
        Assert.All(report.NotCompared, n => Assert.Contains("minimalSchainLifetime", n.Function, StringComparison.Ordinal));
        Assert.All(report.Silent, d => Assert.Equal("domain name", d.What));
    }

    [Fact]
    public async Task every_rotation_is_told_as_the_operation_did_it()
    {
        await using var node = await ReplayNode.Start();
        var rotated = (await Facts(node)).OfType<ChainRotated>();
        var expected = Recording.Operations("nodeExit").Concat(Recording.Operations("dkgFailed")).Concat(Recording.Operations("restartCreation"))
            .Where(o => o.TryGetProperty("newNode", out var joined) && joined.ValueKind == JsonValueKind.Number)
            .OrderBy(o => o.GetProperty("seq").GetInt32());

        Assert.Equal(
            expected.Select(o => (
                o.GetProperty("tx").GetString(), o.GetProperty("name").GetString(), Number(o, o.TryGetProperty("oldNode", out _) ? "oldNode" : "badNode"), Number(o, "newNode"),
                o.GetProperty("rotation").GetProperty("rotationCounter").GetInt64(), Number(o.GetProperty("rotation"), "freezeUntil"), string.Join(' ', o.GetProperty("groupAfter").EnumerateArray()))),
            rotated.Select(f => (
                (string?)f.Origin.TransactionHash, f.Chain?.Value, f.OldNode!.Value.Value, f.NewNode!.Value.Value, f.Counter!.Value, f.FrozenUntil?.ToUnixTimeSeconds() ?? 0, string.Join(' ', f.Group!))));
    }

    [Fact]
    public async Task facts_are_the_same_of_an_endpoint_without_batches_hashes_and_bloom_filters()
    {
        await using var node = await ReplayNode.Start();
        await using var plain = await ReplayNode.Start();
        plain.IsPlain = true;

        Assert.Equal(await Lines(node), await Lines(plain));
    }

    [Fact]
    public async Task an_endpoint_without_old_state_is_told_that_an_archive_is_needed()
    {
        await using var node = await ReplayNode.Start();
        node.Change = (_, _, _, _) => null;
        var error = await Assert.ThrowsAsync<NoStateException>(() => Lines(node));

        Assert.Contains("archive node", error.Message, StringComparison.Ordinal);
        Assert.Contains("missing trie node", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task an_endpoint_that_answers_from_its_newest_state_is_found_out()
    {
        var failed = Recording.Operations("dkgFailed").First(o => !o.GetProperty("stuck").GetBoolean()).GetProperty("block").GetInt64();
        await using var node = await ReplayNode.Start();
        node.Change = (block, _, data, answer) => block == failed && data.StartsWith("0x99e5ba0c", StringComparison.Ordinal) ? $"0x{new string('0', 63)}1{new string('0', 63)}2{new string('0', 127)}9" : answer;

        Assert.Contains("its logs name", (await Assert.ThrowsAsync<NoStateException>(() => Lines(node))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_scan_that_begins_late_numbers_from_there_and_says_which_names_it_does_not_know()
    {
        await using var node = await ReplayNode.Start();
        var first = Recording.Operations("nodeExit").First(o => o.TryGetProperty("newNode", out _)).GetProperty("block").GetInt64();
        var facts = await Facts(node, first);

        Assert.Equal(Enumerable.Range(1, facts.Count).Select(n => (long)n), facts.Select(f => f.Origin.Number));
        Assert.Null(facts.OfType<ChainRotated>().First().Chain);
        Assert.Equal((await Facts(node)).Where(f => f.Origin.BlockNumber >= first).Select(f => StoredEvents.IdOf(f)), facts.Select(f => StoredEvents.IdOf(f)));
    }

    [Fact]
    public void slots_are_taken_and_freed_as_the_contract_does()
    {
        var slots = new NodeSlots();
        foreach (var chain in new[] { "a", "b", "c", "d", "e" })
        {
            slots.Take(chain);
        }

        slots.Free("c");
        slots.Free("d");
        slots.Free("b");
        Assert.Equal(["a", null, null, null, "e"], slots.Chains);
        slots.Take("f");
        Assert.Equal(3, slots.PlaceOf("f"));
        slots.Take("g");
        slots.Free("e");
        Assert.Equal(["a", null, "f", "g"], slots.Chains);
        slots.Free("never here");
        slots.Take("h");
        Assert.Equal((2, 0), (slots.PlaceOf("h"), slots.PlaceOf("e")));
    }

    private static async Task<List<string>> Lines(ReplayNode node) => [.. (await Facts(node)).Select(f => $"{StoredEvents.IdOf(f)} {JsonSerializer.Serialize<object>(f)}")];

    private static async Task<List<IFact>> Facts(ReplayNode node, long from = 0)
    {
        using var reader = await Open(node);
        var all = new List<IFact>();
        await foreach (var (_, facts) in reader.Facts(from, reader.Head, Cancellation))
        {
            all.AddRange(facts);
        }

        return all;
    }

    private static Task<ManagerReader> Open(ReplayNode node) => ManagerReader.Open(node.Http, Recording.ContractsFile, Recording.AbiFile, Some.Network, Cancellation);

    private static long Number(JsonElement json, string name) => json.GetProperty(name).GetInt64();
}
