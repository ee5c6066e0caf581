using System.Text;

namespace Skale.EventStore.Tests;

/// <summary>Logs restored from exports and journals: the same history, or none.</summary>
public sealed class RestoreTests(PostgresFixture postgres)
{
    private static readonly long[] SealedAt = [100, 5_000, 9_000];

    [Fact]
    public async Task from_journal_to_postgres_and_back_nothing_changes()
    {
        await using var journal = await new JournalPlace().OpenWriter();
        using var key = await FillQuickly(journal);
        await journal.SaveCheckpoint("relay", 8_000);
        var reported = new List<long>();

        await using var database = await (await postgres.NewPlace()).OpenWriter();
        var there = await LogRestore.Run(journal, database, ["relay"], reported.Add);
        Assert.Equal((9_100, 3, 9_000, 2), (there.Events, there.Seals, there.LastSeal!.Size, there.Keys));
        Assert.Equal([4_096L, 8_192, 9_100], reported);
        Assert.Equal(8_000, await database.LoadCheckpoint("relay"));
        await RequireSame(journal, database);

        await using var export = JournalLog.OpenReader(await SealedLog.Export(database, segmentBytes: 500_000));
        await using var again = await new JournalPlace().OpenWriter();
        Assert.Equal(there, await LogRestore.Run(export, again));
        await RequireSame(journal, again);

        // Both go on as the first would have: the next event names the same one before it.
        var next = SealedLog.Events(9_101)[^1];
        Assert.Equal(9_101, await journal.Append([next]));
        Assert.Equal(9_101, await database.Append([next]));
        Assert.Equal(9_101, await again.Append([next]));
        await RequireSame(journal, database);
        await RequireSame(journal, again);
        await SealedLog.Seal(again, key, 9_101);
        var report = ExportVerifier.Verify(await SealedLog.Export(again));
        Assert.True(report.IsVerified, report.Text());
    }

    [Fact]
    public async Task what_was_stored_before_a_restore_stopped_stays_and_keeps_a_second_one_out()
    {
        await using var log = await new JournalPlace().OpenWriter();
        using var key = await FillQuickly(log);
        var export = await SealedLog.Export(log, segmentBytes: long.MaxValue);
        Change(export, 5_500, line => line.Replace("node_measured", "node_invented", StringComparison.Ordinal));

        await using var source = JournalLog.OpenReader(export);
        await using var target = await new JournalPlace().OpenWriter();
        Assert.StartsWith("The event at position 5500 was changed", (await Assert.ThrowsAsync<RestoreException>(() => LogRestore.Run(source, target))).Message, StringComparison.Ordinal);
        Assert.Equal(4_096, await target.Head());
        Assert.Null(await target.Evidence.LastSeal());
        Assert.Contains("is not empty (4096 events)", (await Assert.ThrowsAsync<RestoreException>(() => LogRestore.Run(log, target))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("node_measured", "node_invented", "The event at position 12 was changed in the source")]
    [InlineData("\"Note\":\"", "\"Note\":\"x", "The event at position 12 was changed in the source")]
    [InlineData("T12:00:00", "T12:00:01", "The event at position 12 was changed in the source")]
    public async Task a_changed_event_stops_the_restore_and_is_named(string was, string becomes, string reason)
    {
        var export = await Export();
        Change(export, 12, line => line.Replace(was, becomes, StringComparison.Ordinal));
        var (refusal, head) = await Refused(export);
        Assert.StartsWith(reason, refusal, StringComparison.Ordinal);
        Assert.Equal(0, head);
    }

    [Fact]
    public async Task an_event_changed_together_with_its_digest_is_found_by_the_checkpoint_behind_it()
    {
        var export = await Export();
        Change(export, 12, line => line.Replace("node_measured", "node_invented", StringComparison.Ordinal), withDigest: true);
        var (refusal, _) = await Refused(export);
        Assert.Contains("something from position 11 to 20 was changed, removed or inserted, and its digest with it", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task without_checkpoints_an_event_that_names_another_one_before_it_is_found_when_it_is_appended()
    {
        var export = await Export();
        File.Delete(Path.Combine(export, "seals"));
        File.Delete(Path.Combine(export, "keys"));
        Change(export, 12, line => line.Replace("node_measured", "node_invented", StringComparison.Ordinal), withDigest: true);
        var (refusal, _) = await Refused(export);
        Assert.Contains("The event at position 15 (node_measured, version 5 of stream 'chain-c') has another digest when it is appended again", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task removed_events_forged_checkpoints_and_missing_keys_are_told()
    {
        var cut = await Export();
        var file = Path.Combine(cut, "000000000001.jsonl");
        await File.WriteAllLinesAsync(file, (await File.ReadAllLinesAsync(file))[..19]);
        Assert.Contains("The source ends at position 19, but its checkpoint of", (await Refused(cut)).Message, StringComparison.Ordinal);

        var keyless = await Export();
        File.Delete(Path.Combine(keyless, "keys"));
        Assert.Contains("has checkpoints", (await Refused(keyless)).Message, StringComparison.Ordinal);

        var forged = await Export();
        using var stranger = SealingKey.Create(SealedLog.Origin);
        var seals = Path.Combine(forged, "seals");
        await File.WriteAllTextAsync(seals, string.Join('\n', NoteReader.Read(seals).Select(note => Checkpoint.Parse(note).Sign(stranger))));
        await using var source = JournalLog.OpenReader(forged);
        await using var target = await new JournalPlace().OpenWriter();
        Assert.Contains("is signed by", (await Assert.ThrowsAsync<SealException>(() => LogRestore.Run(source, target))).Message, StringComparison.Ordinal);

        await using var log = await new JournalPlace().OpenWriter();
        using var key = await SealedLog.Fill(log, SealedLog.Events(30), 10, 20);
        Assert.Contains("begins behind position 15", (await Refused(await SealedLog.Export(log, after: 15))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_log_that_holds_anything_is_refused()
    {
        await using var source = JournalLog.OpenReader(await Export());
        await using var target = await new JournalPlace().OpenWriter();
        await target.Append([Some.Event("x", 1)]);
        Assert.Contains("is not empty (1 events)", (await Assert.ThrowsAsync<RestoreException>(() => LogRestore.Run(source, target))).Message, StringComparison.Ordinal);
        Assert.Equal(1, await target.Head());

        await using var keyed = await new JournalPlace().OpenWriter();
        using var key = SealingKey.Create(SealedLog.Origin);
        await keyed.Evidence.SaveKeys(KeyHistory.Begin(key));
        Assert.Contains("no events, but keys", (await Assert.ThrowsAsync<RestoreException>(() => LogRestore.Run(source, keyed))).Message, StringComparison.Ordinal);
    }

    /// <summary>In few commits.</summary>
    private static async Task<SealingKey> FillQuickly(IEventLog log)
    {
        foreach (var batch in SealedLog.Events(9_100).Select((e, i) => i % 7 == 0 ? e with { Headers = "{\"Message\":\"x\"}"u8.ToArray() } : e).Chunk(1_000))
        {
            await log.Append(batch);
        }

        return await SealedLog.Fill(log, [], SealedAt);
    }

    private static async Task<string> Export()
    {
        await using var log = await new JournalPlace().OpenWriter();
        using var key = await SealedLog.Fill(log, SealedLog.Events(30), 10, 20);
        return await SealedLog.Export(log, segmentBytes: long.MaxValue);
    }

    private static void Change(string export, int position, Func<string, string> change, bool withDigest = false)
    {
        var file = Path.Combine(export, "000000000001.jsonl");
        var lines = File.ReadAllLines(file);
        var changed = change(lines[position - 1]);
        Assert.NotEqual(lines[position - 1], changed);
        lines[position - 1] = changed;
        File.WriteAllText(file, string.Concat(lines.Select(line => $"{line}\n")));
        if (withDigest)
        {
            using var digests = File.OpenWrite(Path.ChangeExtension(file, ".digests"));
            digests.Position = (position - 1) * MerkleHash.SizeBytes;
            digests.Write(MerkleHash.OfLeaf(Encoding.UTF8.GetBytes(changed)).Span);
        }
    }

    private static async Task<(string Message, long Head)> Refused(string export)
    {
        await using var source = JournalLog.OpenReader(export);
        await using var target = await new JournalPlace().OpenWriter();
        var refusal = await Assert.ThrowsAsync<RestoreException>(() => LogRestore.Run(source, target));
        return (refusal.Message, await target.Head());
    }

    internal static async Task RequireSame(IEventLog one, IEventLog other)
    {
        Assert.Equal(
            (await one.Evidence.ReadLines().All()).Select(line => (line.Position, Encoding.UTF8.GetString(line.Bytes.Span), line.Digest)),
            (await other.Evidence.ReadLines().All()).Select(line => (line.Position, Encoding.UTF8.GetString(line.Bytes.Span), line.Digest)));
        Assert.Equal(await one.Evidence.ReadDigests().All(), await other.Evidence.ReadDigests().All());
        Assert.Equal((await one.Evidence.ReadSeals().All()).Select(seal => $"{seal}"), (await other.Evidence.ReadSeals().All()).Select(seal => $"{seal}"));
        Assert.Equal((await one.Evidence.LoadKeys())?.ToBytes(), (await other.Evidence.LoadKeys())?.ToBytes());
    }
}
