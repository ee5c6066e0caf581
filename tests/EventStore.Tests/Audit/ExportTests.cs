namespace Skale.EventStore.Tests;

public sealed class ExportTests(PostgresFixture postgres)
{
    private static readonly long[] SealedAt = [20, 41, 60];

    [Fact]
    public async Task a_journal_and_postgres_with_the_same_events_give_the_same_export()
    {
        await using var journal = await new JournalPlace().OpenWriter();
        await using var database = await (await postgres.NewPlace()).OpenWriter();
        using var one = await SealedLog.Fill(journal, SealedLog.Events(70), SealedAt);
        using var other = await SealedLog.Fill(database, SealedLog.Events(70), SealedAt);

        var (first, second) = (await SealedLog.Export(journal), await SealedLog.Export(database));
        var files = Names(first);
        Assert.Equal(files, Names(second));
        Assert.True(files.Count(f => f.EndsWith(".jsonl", StringComparison.Ordinal)) > 2, string.Join(' ', files));
        foreach (var file in files.Where(f => f.Contains('.', StringComparison.Ordinal)))
        {
            Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(first, file)), await File.ReadAllBytesAsync(Path.Combine(second, file)));
        }

        var (a, b) = (ExportVerifier.Verify(first), ExportVerifier.Verify(second));
        Assert.True(a.IsVerified, a.Text());
        Assert.True(b.IsVerified, b.Text());
        Assert.Equal((70, 3, 3, 60, 10), (a.Events, a.Streams, a.Checkpoints, a.LastGood!.Size, a.Unsealed));
        Assert.Equal(a.LastGood.Root, b.LastGood!.Root);
    }

    [Fact]
    public async Task an_export_is_a_journal_that_reads_as_the_log_does()
    {
        await using var log = await new JournalPlace().OpenWriter();
        using var key = await SealedLog.Fill(log, SealedLog.Events(50), 20, 40);
        var expected = await log.ReadAll().Names();

        await using var whole = JournalLog.OpenReader(await SealedLog.Export(log));
        Assert.Equal(expected, await whole.ReadAll().Names());
        Assert.Equal(await log.Evidence.ReadDigests().All(), await whole.Evidence.ReadDigests().All());

        await using var part = JournalLog.OpenReader(await SealedLog.Export(log, after: 33));
        Assert.Equal(50, await part.Head());
        Assert.Equal(expected[33..], await part.ReadAll(33).Names());
    }

    [Theory]
    [InlineData(20)] // a checkpoint is of that size
    [InlineData(21)]
    [InlineData(59)]
    public async Task an_export_from_a_position_is_verified_from_there(long after)
    {
        await using var log = await new JournalPlace().OpenWriter();
        using var key = await SealedLog.Fill(log, SealedLog.Events(70), SealedAt);

        var report = ExportVerifier.Verify(await SealedLog.Export(log, after));

        Assert.True(report.IsVerified, report.Text());
        Assert.Equal((after, 70, 70 - after, 60), (report.After, report.Last, report.Events, report.LastGood!.Size));
    }

    [Fact]
    public async Task a_journal_is_verified_in_place_while_its_writer_works_and_afterwards()
    {
        var place = new JournalPlace();
        await using (var log = place.Open(segmentBytes: 4000))
        {
            using var key = await SealedLog.Fill(log, SealedLog.Events(70), SealedAt);
            await log.SaveCheckpoint("relay", 12);
            await ((ISkipRequests)log).RequestSkip(new SkipRequest(13, "cannot be published", "an operator", Some.Noon));
            await ((ISnapshots)log).SaveSnapshot(to => to.Write("a state"u8));
            var atWork = ExportVerifier.Verify(place.Folder);
            Assert.True(atWork.IsVerified, atWork.Text());
            Assert.Equal((70, 60), (atWork.Events, atWork.LastGood!.Size));
        }

        var report = ExportVerifier.Verify(place.Folder);
        Assert.True(report.IsVerified, report.Text());
        Assert.Equal(70, report.Events);
    }

    [Fact]
    public async Task a_log_without_a_checkpoint_exports_but_is_not_verified()
    {
        await using var log = await new JournalPlace().OpenWriter();
        await log.Append(SealedLog.Events(5));

        var report = ExportVerifier.Verify(await SealedLog.Export(log));

        Assert.Equal(FindingKind.Key, Assert.Single(report.Findings).Kind);
    }

    [Fact]
    public async Task an_export_never_goes_where_something_is()
    {
        await using var log = await new JournalPlace().OpenWriter();
        var folder = Directory.CreateDirectory(SealedLog.NewFolder()).FullName;
        await LogExport.Write(log, folder, cancellation: TestContext.Current.CancellationToken); // empty: fine

        var refusal = await Assert.ThrowsAsync<FolderNotEmptyException>(() => LogExport.Write(log, folder, cancellation: TestContext.Current.CancellationToken));
        Assert.Contains("not an empty folder", refusal.Message, StringComparison.Ordinal);
    }

    private static string[] Names(string folder) => [.. Directory.GetFiles(folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
}
