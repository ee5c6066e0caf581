namespace Skale.EventStore.Tests;

/// <summary>What stands beside the segments is derived from them: it spares the writer reading them, and is made again when it is not what it should be.</summary>
public sealed class JournalSummaryTests
{
    private const int Events = 60;
    private readonly JournalPlace place = new();

    [Fact]
    public async Task a_writer_opens_without_reading_full_segments_and_a_reader_names_the_damage_there()
    {
        var segment = (await Written()).Segments[2];
        var line = Damage(segment);

        await using (var log = place.Open())
        {
            Assert.Equal(Events, await log.Head());
            await Assert.ThrowsAsync<DuplicateEventException>(() => log.Append([Some.Event("b", 1)]));
            await Assert.ThrowsAsync<VersionConflictException>(() => log.Append([Some.Event("a", 5, "again")]));
            Assert.Equal(Events + 1, await log.Append([Some.Event("a", (Events / 2) + 1)]));
            Assert.Equal(Events + 1, (await log.ReadAll(Events).All()).Single().Position);

            var read = new List<long>();
            var refusal = await Assert.ThrowsAsync<JournalCorruptException>(async () =>
            {
                await foreach (var e in log.ReadAll())
                {
                    read.Add(e.Position);
                }
            });
            Assert.Equal((segment, line), (refusal.File, refusal.Line));
            Assert.Contains($"{segment}, line {line}: not an event", refusal.Message, StringComparison.Ordinal);
            Assert.Equal(Position(segment) + line - 2, read[^1]);
        }

        File.Delete(Path.ChangeExtension(segment, ".summary"));
        Assert.Contains($"{segment}, line {line}", Assert.Throws<JournalCorruptException>(() => place.Open()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("empty")]
    [InlineData("short")]
    [InlineData("changed")]
    [InlineData("of another segment")]
    [InlineData("of another length")]
    public async Task a_summary_that_is_not_what_it_should_be_is_made_again(string how)
    {
        var (_, summaries) = await Written();
        var (file, whole) = (summaries[1], await File.ReadAllBytesAsync(summaries[1]));
        var before = summaries.Select(File.ReadAllBytes).ToArray();
        switch (how)
        {
            case "missing":
                File.Delete(file);
                break;
            case "empty" or "short":
                await File.WriteAllBytesAsync(file, whole[..(how == "short" ? whole.Length / 2 : 0)]);
                break;
            case "changed":
                whole[^3] ^= 1;
                await File.WriteAllBytesAsync(file, whole);
                break;
            case "of another segment":
                File.Copy(summaries[2], file, overwrite: true);
                break;
            default:
                whole[8] ^= 1;
                await File.WriteAllBytesAsync(file, whole);
                break;
        }

        await using (var log = place.Open())
        {
            Assert.Equal(Events, await log.Head());
            await Assert.ThrowsAsync<DuplicateEventException>(() => log.Append([Some.Event("a", 1)]));
            Assert.Equal(Events + 1, await log.Append([Some.Event("b", (Events / 2) + 1)]));
        }

        Assert.Equal(before, summaries.Select(File.ReadAllBytes));
    }

    /// <summary>A process killed while it writes one leaves the file under another name, a power cut perhaps a part of it under its own.</summary>
    [Fact]
    public async Task a_summary_cut_off_at_any_byte_is_never_believed()
    {
        var (_, summaries) = await Written();
        var whole = await File.ReadAllBytesAsync(summaries[^1]);
        for (var length = 0; length < whole.Length; length++)
        {
            await File.WriteAllBytesAsync(summaries[^1], whole[..length]);
            await File.WriteAllBytesAsync($"{summaries[^1]}.tmp", whole[..length]);
            await using (var log = place.Open())
            {
                Assert.Equal(Events, await log.Head());
            }

            Assert.Equal(whole, await File.ReadAllBytesAsync(summaries[^1]));
        }
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("short")]
    [InlineData("zeros")]
    public async Task digests_that_a_power_cut_took_are_made_again(string how)
    {
        var last = Path.ChangeExtension((await Written()).Segments[^1], ".digests");
        var whole = await File.ReadAllBytesAsync(last);
        if (how == "missing")
        {
            File.Delete(last);
        }
        else
        {
            await File.WriteAllBytesAsync(last, how == "short" ? whole[..40] : new byte[whole.Length]);
        }

        await using (place.Open())
        {
        }

        Assert.Equal(whole, await File.ReadAllBytesAsync(last));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task a_line_that_no_longer_has_its_recorded_digest_is_named_at_opening(bool inTheLine)
    {
        var segment = (await Written()).Segments[^1];
        var lines = (await File.ReadAllLinesAsync(segment)).Length;
        if (inTheLine)
        {
            // The very last event, which no other one names.
            var text = await File.ReadAllLinesAsync(segment);
            text[^1] = text[^1].Replace($"\"Version\":{Events / 2}}},", $"\"Version\":{Events / 3}}},", StringComparison.Ordinal);
            await File.WriteAllTextAsync(segment, string.Join('\n', text) + '\n');
        }
        else
        {
            var digests = await File.ReadAllBytesAsync(Path.ChangeExtension(segment, ".digests"));
            digests[^1] ^= 1;
            await File.WriteAllBytesAsync(Path.ChangeExtension(segment, ".digests"), digests);
        }

        Assert.Contains(
            $"{segment}, line {lines}: its digest is not the one recorded when it was written: the line was changed since",
            Assert.Throws<JournalCorruptException>(() => place.Open()).Message,
            StringComparison.Ordinal);
    }

    /// <summary>A journal of many segments; the last one has lines and no summary. Streams a and b take turns.</summary>
    private async Task<(string[] Segments, string[] Summaries)> Written()
    {
        await using (var log = place.Open(segmentBytes: 2000))
        {
            for (var i = 0; i < Events; i++)
            {
                await log.Append([Some.Event(i % 2 == 0 ? "a" : "b", (i / 2) + 1)]);
            }
        }

        var (segments, summaries) = (Files("*.jsonl"), Files("*.summary"));
        Assert.InRange(segments.Length, 5, Events / 2);
        Assert.Equal(segments[..^1], summaries.Select(s => Path.ChangeExtension(s, ".jsonl")));
        return (segments, summaries);
    }

    private string[] Files(string pattern) => [.. Directory.GetFiles(place.Folder, pattern).Order(StringComparer.Ordinal)];

    /// <summary>Spoils the second line, without a change of length.</summary>
    private static long Damage(string segment)
    {
        var lines = File.ReadAllText(segment).Split('\n');
        lines[1] = $"x{lines[1][1..]}";
        File.WriteAllText(segment, string.Join('\n', lines));
        return 2;
    }

    private static long Position(string segment) => long.Parse(Path.GetFileNameWithoutExtension(segment));
}
