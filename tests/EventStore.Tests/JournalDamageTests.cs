using System.Text;

namespace Skale.EventStore.Tests;

/// <summary>What a crash leaves is cut; anything else wrong is an error that names file and line.</summary>
public sealed class JournalDamageTests
{
    private readonly JournalPlace place = new();

    private string First => Path.Combine(place.Folder, "000000000001.jsonl");

    [Fact]
    public async Task a_commit_cut_off_at_any_byte_is_as_if_it_had_never_been_begun()
    {
        var (whole, end) = await TwoCommitsOfThree();
        for (var length = end; length < whole.Length; length++)
        {
            await File.WriteAllBytesAsync(First, whole[..length]);
            await using (var reader = await place.OpenReader())
            {
                Assert.Equal(3, await reader.Head());
            }

            await using var log = place.Open();
            Assert.Equal(["1:a/1", "2:a/2", "3:a/3"], await log.ReadAll().Names());
            Assert.Equal(end, new FileInfo(First).Length);
            Assert.Equal(length > end ? [$"{First}: {length - end} bytes behind line 3 were cut: a commit that a crash left unfinished, never acknowledged."] : [], place.Warnings);
            File.Delete(Path.Combine(place.Folder, "committed.mark"));
            place.Warnings.Clear();
        }
    }

    [Fact]
    public async Task a_commit_with_blocks_the_disk_never_wrote_is_cut()
    {
        var (whole, end) = await TwoCommitsOfThree();
        whole.AsSpan(end + 40, 200).Clear();
        await File.WriteAllBytesAsync(First, whole);

        await using var log = place.Open();
        Assert.Equal(3, await log.Head());
        Assert.Single(place.Warnings);
    }

    [Fact]
    public async Task writing_goes_on_behind_a_cut()
    {
        var (whole, _) = await TwoCommitsOfThree();
        await File.WriteAllBytesAsync(First, whole[..^10]);

        await using (var log = place.Open())
        {
            Assert.Equal(5, await log.Append(Some.Events("a", 4, 5)));
        }

        await using var again = place.Open();
        Assert.Equal(5, await again.Head());
    }

    [Theory]
    [InlineData("\"Position\":2", "\"Position\":7", "line 2: holds position 7 where 2 must follow")]
    [InlineData("\"Version\":2,\"More\"", "\"Version\":3,\"More\"", "line 2: version 3 of stream 'a' does not follow")]
    [InlineData("\"Version\":5,\"More\"", "\"Version\":4,\"More\"", "line 5: version 4 of stream 'a' does not follow")]
    [InlineData("\"Version\":2}", "\"Version\":2", "line 2: not an event")]
    [InlineData("\"Version\":6}\n", "\"Version\":6\n", "line 6: not an event: } was expected")]
    [InlineData("\"Version\":2,\"More\":1", "\"Version\":2,\"More\":2", "line 2: says that 2 lines of its commit follow, the line before said 2 did")]
    [InlineData("\"Version\":3}\n", "\"Version\":3,\"More\":3}\n", "line 3: says that 3 lines of its commit follow, the line before said 1 did")]
    [InlineData("\"Version\":3},\"Id\"", "\"Version\":8},\"Id\"", "line 4: the digest it names is not that of the event before in its stream")]
    [InlineData("2026-11-20T12:00:00.000002Z", "2026-11-20T12:00:00.000003Z", "line 3: the digest it names is not that of the event before in its stream")]
    [InlineData(",\"Type\"", ", \"Type\"", "line 1: not an event: ,\"Type\":\" was expected")]
    public async Task a_changed_line_is_an_error_that_names_it(string was, string becomes, string error)
    {
        var (whole, _) = await TwoCommitsOfThree();
        var text = Encoding.UTF8.GetString(whole);
        Assert.Contains(was, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(First, text.Replace(was, becomes, StringComparison.Ordinal));

        var refusal = Assert.Throws<JournalCorruptException>(() => place.Open());
        Assert.Contains($"{First}, {error}", refusal.Message, StringComparison.Ordinal);
        Assert.Empty(place.Warnings);
    }

    [Fact]
    public async Task a_repeated_event_id_is_an_error_that_names_its_line()
    {
        var (whole, _) = await TwoCommitsOfThree();
        var text = Encoding.UTF8.GetString(whole);
        await File.WriteAllTextAsync(First, text.Replace($"{Some.Event("a", 5).Id}", $"{Some.Event("a", 2).Id}", StringComparison.Ordinal));

        Assert.Contains($"{First}, line 5: event {Some.Event("a", 2).Id} is stored a second time", Assert.Throws<JournalCorruptException>(() => place.Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_reader_stops_at_a_broken_line_and_names_it()
    {
        var (whole, _) = await TwoCommitsOfThree();
        whole[Encoding.UTF8.GetString(whole).IndexOf("\"Position\":5", StringComparison.Ordinal)] = (byte)'x';
        await File.WriteAllBytesAsync(First, whole);

        await using var reader = await place.OpenReader();
        Assert.Contains($"{First}, line 5", (await Assert.ThrowsAsync<JournalCorruptException>(() => reader.ReadAll().All())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task losing_what_was_committed_is_an_error_and_not_a_torn_tail()
    {
        await using (var log = place.Open())
        {
            await log.Append(Some.Events("a", 1, 3));
            await log.Append(Some.Events("a", 4, 6));
        }

        var whole = await File.ReadAllBytesAsync(First);
        await File.WriteAllBytesAsync(First, whole[..^5]);

        Assert.Contains("position 6 was committed", Assert.Throws<JournalCorruptException>(() => place.Open()).Message, StringComparison.Ordinal);
        await using var reader = await place.OpenReader();
        await Assert.ThrowsAsync<JournalCorruptException>(() => reader.ReadAll().All());
        Assert.Equal(whole.Length - 5, new FileInfo(First).Length);
    }

    [Fact]
    public async Task a_missing_segment_is_an_error()
    {
        await using (var log = place.Open(segmentBytes: 1))
        {
            for (var version = 1; version <= 3; version++)
            {
                await log.Append([Some.Event("a", version)]);
            }
        }

        File.Delete(Path.Combine(place.Folder, "000000000002.jsonl"));
        Assert.Contains("begins with position 3, but 2 must follow", Assert.Throws<JournalCorruptException>(() => place.Open()).Message, StringComparison.Ordinal);
    }

    /// <summary>A journal as a crash of the machine leaves it: without a mark that is still exact.</summary>
    private async Task<(byte[] Whole, int EndOfFirstCommit)> TwoCommitsOfThree()
    {
        int end;
        await using (var log = place.Open(segmentBytes: long.MaxValue))
        {
            await log.Append(Some.Events("a", 1, 3));
            end = (int)new FileInfo(First).Length;
            await log.Append(Some.Events("a", 4, 6));
        }

        File.Delete(Path.Combine(place.Folder, "committed.mark"));
        var whole = await File.ReadAllBytesAsync(First);
        return (whole, end);
    }
}
