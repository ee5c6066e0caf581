using System.Text;

namespace Skale.EventStore.Tests;

/// <summary>Proofs that a log holds an event: made for every event of a log, checked as a stranger does, and refused after any change.</summary>
public sealed class EventProofTests(PostgresFixture postgres)
{
    private static readonly long[] SealedAt = [7, 20, 33];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task every_sealed_event_is_proven_under_the_first_checkpoint_that_covers_it(bool inPostgres)
    {
        await using var log = await (inPostgres ? (LogPlace)await postgres.NewPlace() : new JournalPlace()).OpenWriter();
        using var key = await SealedLog.Fill(log, SealedLog.Events(35), SealedAt);
        var lines = await log.Evidence.ReadLines().All();
        foreach (var e in (await log.ReadAll().All())[..33])
        {
            Assert.Equal(e.Position, await log.Evidence.PositionOf(e.Id));
            var bytes = (await LogProver.ProveEvent(log, e.Position)).ToBytes();

            var proof = EventProof.Parse(bytes, "a proof", key.Verifier);

            Assert.Equal(bytes, proof.ToBytes());
            Assert.Equal(e with { Data = default, Headers = default }, proof.Event with { Data = default, Headers = default });
            Assert.Equal(CanonicalJson.Of(e.Data.Span), proof.Event.Data.Span);
            Assert.Equal(SealedAt.First(size => size >= e.Position), proof.Checkpoint.Size);
            Assert.Equal(Encoding.UTF8.GetString(lines[(int)e.Position - 1].Bytes.Span), Encoding.UTF8.GetString(bytes).Split('\n')[1]);
        }

        Assert.Equal(0, await log.Evidence.PositionOf(EventId.Of("nowhere")));
        var last = await LogProver.ProveEvent(log, 3, await log.Evidence.LastSeal());
        Assert.Equal(33, EventProof.Parse(last.ToBytes(), "a proof").Checkpoint.Size);
    }

    [Fact]
    public async Task every_changed_byte_of_a_proof_is_refused()
    {
        var bytes = await SomeProof();
        for (var at = 0; at < bytes.Length; at++)
        {
            RequireRefused(bytes, at, bit: at % 8);
        }

        var seed = Random.Shared.Next();
        var random = new Random(seed);
        TestContext.Current.SendDiagnosticMessage($"seed {seed}");
        for (var flips = 0; flips < 2000; flips++)
        {
            RequireRefused(bytes, random.Next(bytes.Length), random.Next(8), $"seed {seed}");
        }

        void RequireRefused(byte[] proof, int at, int bit, string? run = null)
        {
            byte[] changed = [.. proof];
            changed[at] ^= (byte)(1 << bit);
            Assert.True(IsRefused(changed), $"{run} bit {bit} of byte {at} changed, and still proven:\n{Encoding.UTF8.GetString(changed)}");
        }
    }

    [Fact]
    public async Task a_proof_that_is_cut_or_continued_is_refused()
    {
        var bytes = await SomeProof();
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.True(IsRefused(bytes[..length]), $"the first {length} of {bytes.Length} bytes are proven");
        }

        Assert.True(IsRefused([.. bytes, (byte)'\n']));
        Assert.True(IsRefused([.. bytes, .. bytes]));
        Assert.False(IsRefused(bytes));
    }

    [Fact]
    public async Task the_path_of_another_event_proves_nothing()
    {
        await using var log = await new JournalPlace().OpenWriter();
        using var key = await SealedLog.Fill(log, SealedLog.Events(20), 10, 20);
        var (one, other) = (Text(await LogProver.ProveEvent(log, 12)), Text(await LogProver.ProveEvent(log, 13)));
        string[] mixed = [.. one.Split('\n')[..2], .. other.Split('\n')[2..]];

        var refusal = Assert.Throws<SealException>(() => EventProof.Parse(Encoding.UTF8.GetBytes(string.Join('\n', mixed)), "mixed"));
        Assert.Contains("the path does not lead from this event, as number 13, to the root of the tree of 20 events", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_key_of_the_log_is_believed_before_and_after_its_rotation_and_no_other()
    {
        await using var log = await new JournalPlace().OpenWriter();
        using var second = await SealedLog.Fill(log, SealedLog.Events(20), 10, 20);
        using var stranger = SealingKey.Create(SealedLog.Origin);
        var first = (await log.Evidence.LoadKeys())!.KeyAt(10);
        var bytes = (await LogProver.ProveEvent(log, 15)).ToBytes();

        Assert.Equal(second.Verifier, EventProof.Parse(bytes, "a proof", first).Keys.KeyAt(20));
        EventProof.Parse(bytes, "a proof", second.Verifier);
        Assert.Contains("the trusted key", Assert.Throws<SealException>(() => EventProof.Parse(bytes, "a proof", stranger.Verifier)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task what_is_not_sealed_yet_is_told_apart_from_what_was_changed()
    {
        var place = new JournalPlace();
        await using (var log = place.Open(segmentBytes: long.MaxValue))
        {
            await log.Append([Some.Event("x", 1)]);
            Assert.Contains("is not sealed: it has no keys", await Refusal(log, 1), StringComparison.Ordinal);
        }

        place = new JournalPlace();
        await using (var log = place.Open(segmentBytes: long.MaxValue))
        {
            using var key = await SealedLog.Fill(log, SealedLog.Events(30), 10, 20);
            Assert.Contains("position 21 is not sealed yet; the last checkpoint, of 2026-11-20T12:00:20.0000000+00:00, covers 20 events", await Refusal(log, 21), StringComparison.Ordinal);
            var early = Assert.ThrowsAsync<NotProvenException>(async () => await LogProver.ProveEvent(log, 15, await log.Evidence.ReadSeals().FirstAsync()));
            Assert.Contains("covers 10 events; the one at position 15 came later", (await early).Message, StringComparison.Ordinal);
        }

        var file = Path.Combine(place.Folder, "000000000001.jsonl");
        await File.WriteAllLinesAsync(file, (await File.ReadAllLinesAsync(file)).Select((line, i) => i == 11 ? line.Replace("node_measured", "node_invented", StringComparison.Ordinal) : line));
        await using var changed = await place.OpenReader();
        Assert.Contains("position 12 is no longer the one that was recorded", await Refusal(changed, 12), StringComparison.Ordinal);

        File.Delete(Path.ChangeExtension(file, ".digests"));
        Assert.Contains("its first 20 events are not those that the checkpoint of 2026-11-20T12:00:20.0000000+00:00 was signed over", await Refusal(changed, 12), StringComparison.Ordinal);
        await LogProver.ProveEvent(changed, 10);
    }

    [Fact]
    public async Task a_partial_export_proves_its_own_events()
    {
        await using var log = await new JournalPlace().OpenWriter();
        using var key = await SealedLog.Fill(log, SealedLog.Events(40), 10, 39);
        await using var part = JournalLog.OpenReader(await SealedLog.Export(log, after: 21));
        for (var position = 22; position <= 39; position++)
        {
            Assert.Equal((await LogProver.ProveEvent(log, position)).ToBytes(), (await LogProver.ProveEvent(part, position)).ToBytes());
        }

        var e = (await log.ReadAll(29).All())[0];
        Assert.Equal(30, await part.Evidence.PositionOf(e.Id));
    }

    private static async Task<byte[]> SomeProof()
    {
        await using var log = await new JournalPlace().OpenWriter();
        using var key = await SealedLog.Fill(log, SealedLog.Events(23), 10, 23);
        return (await LogProver.ProveEvent(log, 16)).ToBytes();
    }

    private static bool IsRefused(byte[] proof)
    {
        try
        {
            EventProof.Parse(proof, "a proof");
            return false;
        }
        catch (SealException)
        {
            return true;
        }
    }

    private static string Text(EventProof proof) => Encoding.UTF8.GetString(proof.ToBytes());

    private static async Task<string> Refusal(IEventLog log, long position) => (await Assert.ThrowsAsync<NotProvenException>(() => LogProver.ProveEvent(log, position))).Message;
}
