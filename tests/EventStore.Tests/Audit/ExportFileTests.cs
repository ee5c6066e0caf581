using System.Text;

namespace Skale.EventStore.Tests;

/// <summary>Tampering with the files of an export rather than with its events, and with a journal in place.</summary>
public sealed class ExportFileTests(SealedExport export) : IClassFixture<SealedExport>
{
    [Theory]
    [InlineData("seals", FindingKind.File)]
    [InlineData("keys", FindingKind.File)]
    [InlineData("000000000001.digests", FindingKind.File)]
    [InlineData("000000000001.jsonl", FindingKind.File)]
    public async Task a_missing_file_is_found(string name, FindingKind kind)
    {
        var folder = SealedLog.Copy(export.Folder);
        File.Delete(Path.Combine(folder, name));

        Assert.Equal(kind, (await Auditor.AgreesOn(folder)).Findings[0].Kind);
    }

    [Theory]
    [InlineData("notes.txt", "")]
    [InlineData("2.jsonl", "")]
    [InlineData("000000000100.digests", "")]
    [InlineData("start", "")]
    public async Task a_file_that_does_not_belong_here_is_found(string name, string text)
    {
        var folder = SealedLog.Copy(export.Folder);
        await File.WriteAllTextAsync(Path.Combine(folder, name), text);

        var finding = (await Auditor.AgreesOn(folder)).Findings[0];
        Assert.Equal((FindingKind.File, Path.Combine(folder, name)), (finding.Kind, finding.File));
    }

    [Theory]
    [InlineData("000000000001.digests", 32)]
    [InlineData("000000000001.digests", 1)]
    [InlineData("000000000001.jsonl", 1)]
    [InlineData("seals", 1)]
    [InlineData("keys", 1)]
    public async Task bytes_added_to_a_file_are_found(string name, int count)
    {
        var folder = SealedLog.Copy(export.Folder);
        await File.AppendAllTextAsync(Path.Combine(folder, name), new string('\n', count));

        Assert.Single((await Auditor.AgreesOn(folder)).Findings);
    }

    [Fact]
    public async Task a_segment_removed_with_its_digests_is_found()
    {
        var folder = SealedLog.Copy(export.Part);
        var files = Directory.GetFiles(folder, "*.jsonl").Order(StringComparer.Ordinal).ToArray();
        Assert.True(files.Length > 2);
        var missing = long.Parse(Path.GetFileNameWithoutExtension(files[1]));
        File.Delete(files[1]);
        File.Delete(Path.ChangeExtension(files[1], ".digests"));

        var finding = (await Auditor.AgreesOn(folder)).Findings[0];
        Assert.Equal((FindingKind.Removed, missing), (finding.Kind, finding.Position));
    }

    [Fact]
    public async Task checkpoints_stand_in_the_order_of_their_sizes_and_times()
    {
        var notes = NoteReader.Read(Path.Combine(export.Folder, "seals")).ToArray();
        var last = Checkpoint.Parse(notes[2]);
        await OneFinding(notes[0], notes[2], notes[1]);
        await OneFinding(notes[0], notes[1], notes[1]);
        await OneFinding(notes[0], notes[1], (last with { Time = Some.Noon }).Sign(export.Key));
        await OneFinding(notes[0], notes[1], new Checkpoint(last.Origin, last.Size, MerkleHash.EmptyRoot, last.Time).Sign(export.Key));
        await OneFinding((Checkpoint.Parse(notes[0]) with { Time = Some.Noon }).Sign(export.Key), notes[1], notes[2]); // a size of the key before

        async Task OneFinding(params SignedNote[] seals)
        {
            var folder = SealedLog.Copy(export.Folder);
            await File.WriteAllTextAsync(Path.Combine(folder, "seals"), string.Join('\n', seals.AsEnumerable()));
            Assert.Single((await Auditor.AgreesOn(folder)).Findings);
        }
    }

    [Fact]
    public void a_checkpoint_older_than_the_start_cannot_be_compared() =>
        Assert.Contains("the export begins behind position 33", Assert.Throws<SealException>(() => ExportVerifier.Verify(export.Part, null, [.. NoteReader.Read(export.Held(20))])).Message, StringComparison.Ordinal);

    [Fact]
    public void a_checkpoint_of_more_than_there_is_shows_what_is_missing_even_when_its_seal_is_gone_too()
    {
        var forgery = export.NewForgery();
        forgery.Lines.RemoveRange(50, 20);
        forgery.WriteLines();
        forgery.WriteDigests();
        File.WriteAllText(Path.Combine(forgery.Folder, "seals"), string.Join('\n', NoteReader.Read(Path.Combine(export.Folder, "seals")).Take(2)));

        Assert.True(ExportVerifier.Verify(forgery.Folder, export.Key.Verifier).IsVerified); // a good shorter log
        var finding = Assert.Single(ExportVerifier.Verify(forgery.Folder, export.Key.Verifier, [.. NoteReader.Read(export.Held(60))]).Findings);
        Assert.Equal((FindingKind.NotExtended, 51, 60), (finding.Kind, finding.Position, finding.Last));
    }

    /// <summary>Which lines are one commit is not digested; that commits are whole is checked.</summary>
    [Fact]
    public async Task the_marks_of_a_journals_commits_and_its_committed_end_are_checked()
    {
        var place = new JournalPlace();
        await using (var log = place.Open(long.MaxValue))
        {
            using var key = await SealedLog.Fill(log, SealedLog.Events(30), 10, 20);
        }

        var file = Path.Combine(place.Folder, "000000000001.jsonl");
        var lines = await File.ReadAllLinesAsync(file);
        var marked = Array.FindIndex(lines, line => line.EndsWith(",\"More\":2}", StringComparison.Ordinal));
        await Write([.. lines[..marked], lines[marked].Replace("\"More\":2", "\"More\":7", StringComparison.Ordinal), .. lines[(marked + 1)..]]);
        var finding = Assert.Single(ExportVerifier.Verify(place.Folder).Findings);
        Assert.Equal((FindingKind.Changed, marked + 2), (finding.Kind, finding.Position));

        await Write(lines[..^2]); // behind the last checkpoint: the journal's own mark tells
        Assert.Equal((FindingKind.Truncated, 29), ExportVerifier.Verify(place.Folder).Findings.Where(f => f.Kind == FindingKind.Truncated).Select(f => (f.Kind, f.Position)).First());
        await Write(lines);
        Assert.True(ExportVerifier.Verify(place.Folder).IsVerified);

        Task Write(string[] all) => File.WriteAllTextAsync(file, string.Concat(all.Select(line => $"{line}\n")), new UTF8Encoding(false));
    }
}
