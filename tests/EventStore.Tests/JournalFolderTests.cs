using System.Text;
using System.Text.Json;
using Skale.Servers;

namespace Skale.EventStore.Tests;

public sealed class JournalFolderTests
{
    private readonly JournalPlace place = new();

    [Fact]
    public async Task a_line_is_one_event_as_jq_would_show_it()
    {
        await using var log = place.Open();
        var e = Some.Event("chain-\u00e4", 1, "first") with { CorrelationId = null };
        await log.Append([e, Some.Event("b", 1)]);

        var lines = (await File.ReadAllTextAsync(Path.Combine(place.Folder, "000000000001.jsonl"))).Split('\n');
        Assert.Equal(
            $$$"""{"At":"2026-11-20T12:00:00.000001Z","CausationId":"{{{e.CausationId}}}","Data":{"Note":"first","Version":1},"Id":"{{{e.Id}}}","Position":1,"Stream":"chain-ä","Type":"node_measured","Version":1,"More":1}""",
            lines[0]);
        Assert.EndsWith(",\"Version\":1}", lines[1], StringComparison.Ordinal);
        Assert.Equal("", lines[2]);
    }

    [Fact]
    public async Task segments_roll_by_size_and_are_named_by_their_first_position()
    {
        await using (var log = place.Open(segmentBytes: 2000))
        {
            for (var version = 1; version <= 50; version++)
            {
                await log.Append([Some.Event("a", version)]);
            }
        }

        var files = Directory.GetFiles(place.Folder, "*.jsonl").Order().ToArray();
        Assert.InRange(files.Length, 5, 25);
        Assert.All(files, file => Assert.Equal(long.Parse(Path.GetFileNameWithoutExtension(file)), JsonElement.Parse(File.ReadLines(file).First()).GetProperty("Position").GetInt64()));
        Assert.All(files[..^1], file => Assert.InRange(new FileInfo(file).Length, 2000, 2500));
        await using var again = place.Open();
        Assert.Equal(50, (await again.ReadAll().All()).Count);
        Assert.Equal(["49:a/49", "50:a/50"], await again.ReadAll(48).Names());
    }

    [Fact]
    public async Task a_second_writer_is_refused_and_told_who_writes()
    {
        await using (place.Open())
        {
            var refusal = Assert.Throws<JournalLockedException>(() => place.Open());
            Assert.Equal(Environment.ProcessId, refusal.ProcessId);
            Assert.Contains($"open for writing by process {Environment.ProcessId}", refusal.Message, StringComparison.Ordinal);
        }

        await using var free = place.Open();
    }

    [Fact]
    public async Task a_writer_in_another_process_holds_the_lock_until_it_dies()
    {
        await using var other = ServerProcess.Start(Path.Combine(AppContext.BaseDirectory, "Skale.EventStore.Tests"), ["write", place.Address, "1"]);
        await Wait.Until("the other process to write", () => other.Output.Contains("stored", StringComparison.Ordinal), Wait.Patience);

        Assert.Equal(other.Id, Assert.Throws<JournalLockedException>(() => place.Open()).ProcessId);
        await using var reader = await place.OpenReader();
        var head = await reader.Head();
        await reader.WaitForAppend(head, TimeSpan.FromSeconds(30));
        Assert.True(await reader.Head() > head);

        await other.Kill();
        await using var log = place.Open();
        Assert.True(await log.Head() > head);
    }

    [Fact]
    public void a_folder_that_cannot_be_written_is_a_clear_error()
    {
        // Nobody can make files there, not even root, whom permissions do not stop.
        var refusal = Assert.Throws<IOException>(() => JournalLog.Open("/proc/self/task", "scheduler"));
        Assert.Contains("Journal folder /proc/self/task cannot be written", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task an_append_that_cannot_be_written_stops_the_writer_until_it_is_opened_again()
    {
        var next = Path.Combine(place.Folder, "000000000002.jsonl");
        await using (var log = place.Open(segmentBytes: 1))
        {
            await log.Append([Some.Event("a", 1)]);
            Directory.CreateDirectory(next);

            var refusal = await Assert.ThrowsAsync<IOException>(() => log.Append([Some.Event("a", 2)]));
            Assert.Contains($"{next}: 1 events from position 2 on could not be made durable", refusal.Message, StringComparison.Ordinal);
            Directory.Delete(next);
            await Assert.ThrowsAsync<IOException>(() => log.Append([Some.Event("a", 2)]));
            Assert.Equal(["1:a/1"], await log.ReadAll().Names());
        }

        await using var again = place.Open();
        Assert.Equal(2, await again.Append([Some.Event("a", 2)]));
    }

    [Fact]
    public void reading_where_no_journal_is_says_so() =>
        Assert.Contains("There is no journal in", Assert.Throws<DirectoryNotFoundException>(() => JournalLog.OpenReader(Path.Combine(place.Folder, "none"))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task what_is_in_the_file_but_not_yet_durable_is_not_shown()
    {
        await using var log = place.Open(segmentBytes: long.MaxValue);
        await log.Append([Some.Event("a", 1)]);
        var file = Path.Combine(place.Folder, "000000000001.jsonl");
        var next = (await File.ReadAllTextAsync(file)).Replace("\"Position\":1", "\"Position\":2", StringComparison.Ordinal);
        await using (var append = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
        {
            await append.WriteAsync(Encoding.UTF8.GetBytes(next));
        }

        await using var reader = await place.OpenReader();
        Assert.Equal(1, await reader.Head());
        Assert.Equal(["1:a/1"], await reader.ReadAll().Names());
    }

    [Fact]
    public async Task a_copy_of_the_segments_alone_is_a_whole_journal()
    {
        await using (var log = place.Open(segmentBytes: 1000))
        {
            for (var version = 1; version <= 20; version++)
            {
                await log.Append([Some.Event("a", version), Some.Event("b", version)]);
            }
        }

        var copy = new JournalPlace().Folder;
        foreach (var file in Directory.GetFiles(place.Folder, "*.jsonl"))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        await using var reader = JournalLog.OpenReader(copy);
        Assert.Equal(40, await reader.Head());
        Assert.Equal(40, (await reader.ReadAll().All()).Count);
        Assert.Equal(Path.GetFileName(copy), reader.Name);
    }

    [Fact]
    public async Task a_commit_larger_than_any_buffer_comes_back()
    {
        await using (var log = place.Open())
        {
            await log.Append([.. Enumerable.Range(1, 20).Select(v => Some.Event("a", v, new string('x', 100_000)))]);
        }

        await using var again = place.Open();
        Assert.Equal(20, (await again.ReadAll().All()).Count(e => e.Data.Length > 100_000));
    }
}
