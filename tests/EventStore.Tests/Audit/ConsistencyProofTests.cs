namespace Skale.EventStore.Tests;

/// <summary>Proofs that a log was only appended to between two of its checkpoints.</summary>
public sealed class ConsistencyProofTests
{
    private static readonly long[] SealedAt = [1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 30, 31];
    private readonly JournalPlace place = new();

    [Fact]
    public async Task every_checkpoint_extends_every_earlier_one()
    {
        await using var log = await Sealed();
        await using var export = JournalLog.OpenReader(await SealedLog.Export(log));
        var seals = await log.Evidence.ReadSeals().All();
        Assert.Equal(SealedAt.Length, seals.Count);
        foreach (var (at, old) in seals.Index())
        {
            foreach (var later in seals[at..])
            {
                var bytes = (await LogProver.ProveConsistency(log, old, later)).ToBytes();
                Assert.Equal(bytes, (await LogProver.ProveConsistency(export, old, later)).ToBytes());
                var proof = ConsistencyProof.Parse(bytes, "a proof", FirstKey());
                Assert.Equal(bytes, proof.ToBytes());
                Assert.Equal((Checkpoint.Parse(old), Checkpoint.Parse(later)), (proof.Old, proof.New));
            }
        }

        VerifierKey FirstKey() => KeyHistory.Parse(File.ReadAllBytes(Path.Combine(place.Folder, "keys")), "keys").Statements[0].Key;
    }

    [Fact]
    public async Task every_changed_byte_of_a_proof_is_refused()
    {
        await using var log = await Sealed();
        var seals = await log.Evidence.ReadSeals(6).All();
        var bytes = (await LogProver.ProveConsistency(log, seals[0], seals[^1])).ToBytes();
        ConsistencyProof.Parse(bytes, "a proof");
        for (var at = 0; at < bytes.Length; at++)
        {
            byte[] changed = [.. bytes];
            changed[at] ^= (byte)(1 << (at % 8));
            Assert.True(Record.Exception(() => ConsistencyProof.Parse(changed, "a proof")) is SealException, $"byte {at} changed");
            Assert.True(Record.Exception(() => ConsistencyProof.Parse(bytes.AsSpan(0, at), "a proof")) is SealException, $"the first {at} bytes");
        }
    }

    [Fact]
    public async Task a_rewritten_log_does_not_extend_what_it_was()
    {
        await using var log = await Sealed();
        var before = await log.Evidence.ReadSeals().All();

        // The owner of the key changes event 6, and signs a new history with it.
        var events = SealedLog.Events(40);
        events[5] = events[5] with { Type = "node_invented" };
        var rewritten = new JournalPlace();
        await using var other = rewritten.Open();
        using var key = SealingKey.Load(Path.Combine(place.Folder, "..", $"{Path.GetFileName(place.Folder)}.key"));
        for (var at = 0; at < events.Length; at += 4)
        {
            await other.Append(events[at..(at + 4)]);
        }

        await other.Evidence.SaveKeys((await log.Evidence.LoadKeys())!);
        await SealedLog.Seal(other, key, 16, 40);
        var after = await other.Evidence.ReadSeals().All();

        Assert.Contains("though its first 40 are those of", await Refusal(other, before[5], after[1]), StringComparison.Ordinal);
        Assert.Contains("its events from position 9 to 40 are not those", await Refusal(log, before[5], after[1]), StringComparison.Ordinal);
        Assert.Contains("two different trees of 16 events were signed", await Refusal(log, before[8], after[0]), StringComparison.Ordinal);
        await LogProver.ProveConsistency(other, before[3], after[0]);
    }

    [Fact]
    public async Task a_truncated_log_is_told()
    {
        await using var log = await Sealed();
        var seals = await log.Evidence.ReadSeals().All();
        var shorter = new JournalPlace();
        await using var cut = shorter.Open();
        await cut.Append(SealedLog.Events(20));
        await cut.Evidence.SaveKeys((await log.Evidence.LoadKeys())!);
        Assert.Contains("it ends at position 20, but the checkpoint of", await Refusal(cut, seals[5], seals[^1]), StringComparison.Ordinal);

        using var key = SealingKey.Load(Path.Combine(place.Folder, "..", $"{Path.GetFileName(place.Folder)}.key"));
        var tree = new MerkleFrontier();
        (await cut.Evidence.ReadDigests().All()).ForEach(digest => tree.Push(digest));
        var later = new Checkpoint(SealedLog.Origin, 20, tree.Root(), Some.Noon + TimeSpan.FromHours(1)).Sign(key);
        Assert.Contains("was truncated: 31 events were signed at", await Refusal(cut, seals[^1], later), StringComparison.Ordinal);
        Assert.Contains("Give the older one first", (await Assert.ThrowsAsync<ArgumentException>(() => LogProver.ProveConsistency(log, seals[5], seals[2]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_checkpoint_by_another_key_is_refused_and_so_is_a_trusted_key_that_is_not_the_logs()
    {
        await using var log = await Sealed();
        var seals = await log.Evidence.ReadSeals().All();
        using var stranger = SealingKey.Create(SealedLog.Origin);
        var forged = Checkpoint.Parse(seals[^1]).Sign(stranger);
        Assert.Contains("is signed by", await Refusal(log, seals[0], forged), StringComparison.Ordinal);
        var refusal = await Assert.ThrowsAsync<NotProvenException>(() => LogProver.ProveConsistency(log, seals[0], seals[^1], stranger.Verifier));
        Assert.Contains("is none of its keys", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_partial_export_says_what_it_cannot_prove()
    {
        await using var log = await Sealed();
        var seals = await log.Evidence.ReadSeals().All();
        await using var part = JournalLog.OpenReader(await SealedLog.Export(log, after: 16));
        await LogProver.ProveConsistency(part, seals[8], seals[^1]);
        Assert.Contains("it is an export from position 17 on", await Refusal(part, seals[6], seals[^1]), StringComparison.Ordinal);
    }

    private async Task<JournalLog> Sealed()
    {
        var log = place.Open();
        using var key = await SealedLog.Fill(log, SealedLog.Events(40), SealedAt);
        key.Save(Path.Combine(place.Folder, "..", $"{Path.GetFileName(place.Folder)}.key"));
        return log;
    }

    private static async Task<string> Refusal(IEventLog log, SignedNote old, SignedNote later) =>
        (await Assert.ThrowsAsync<NotProvenException>(() => LogProver.ProveConsistency(log, old, later))).Message;
}
