using Skale.Servers;

namespace Skale.EventStore.Tests;

/// <summary>A disk that is full, or not to be written: a small file system in memory, which only root may mount.</summary>
public sealed class JournalDiskTests
{
    private const int PageBytes = 4096;

    [Theory]
    [InlineData(1)]
    public async Task a_disk_that_fills_up_at_any_moment_costs_nothing_acknowledged_and_the_log_goes_on_when_there_is_room(int seed)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root may mount a file system.");
        await using var disk = await SmallDisk.Mount(Repository.NewFolder("disk"));
        var random = new Random(seed);
        for (var pages = 8; pages < 40; pages++)
        {
            await disk.Resize(pages * PageBytes);
            var place = new JournalPlace(Path.Combine(disk.Folder, $"{pages}"));
            var history = new HistoryCheck();
            var acknowledged = await FillUp(place, random);

            // The last good commit is there, and nothing behind it that is not whole.
            await using (var reader = await place.OpenReader())
            {
                await history.Follow(reader);
                Assert.Equal(acknowledged, history.Position);
            }

            AssertOpensOrNamesAFile(place);
            await disk.Resize(2 * pages * PageBytes);
            await using (var log = place.Open())
            {
                await history.Follow(log);
                await log.Append(Some.Batch("s", history.VersionOf("s") + 1, 3, random));
                await history.Follow(log);
            }

            Assert.True(history.Position >= acknowledged + 3);
            Directory.Delete(place.Folder, recursive: true);
        }
    }

    [Fact]
    public async Task a_log_that_has_failed_goes_on_when_it_is_mended_with_nothing_twice_and_nobody_else_writes_meanwhile()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root may mount a file system.");
        await using var disk = await SmallDisk.Mount(Repository.NewFolder("disk"));
        var place = new JournalPlace(Path.Combine(disk.Folder, "log"));
        await using var log = JournalLog.Open(place.Folder);
        for (var round = 1; round <= 3; round++)
        {
            var head = await log.Append(Some.Events($"before-{round}", 1, 3));
            await log.Mend();
            Assert.Equal(head, await log.Head());
            disk.Fill();
            await Assert.ThrowsAsync<IOException>(async () =>
            {
                for (var i = 1; ; i++)
                {
                    head = await log.Append(Some.Events($"full-{round}-{i}", 1, 3));
                }
            });
            Assert.Throws<JournalLockedException>(() => place.Open());
            disk.MakeRoom();
            await log.Mend();
            Assert.Throws<JournalLockedException>(() => place.Open());
            Assert.True(await log.Head() >= head);
            await log.Append(Some.Events($"after-{round}", 1, 3));
            Assert.Equal(Enumerable.Range(1, (int)await log.Head()), await log.ReadAll().Select(e => (int)e.Position).ToArrayAsync());
        }
    }

    [Fact]
    public async Task a_read_only_disk_is_an_error_for_the_writer_that_names_the_folder_and_none_for_a_reader()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root may mount a file system.");
        await using var disk = await SmallDisk.Mount(Repository.NewFolder("disk"));
        var place = new JournalPlace(Path.Combine(disk.Folder, "log"));
        await using (var log = place.Open())
        {
            await log.Append(Some.Events("a", 1, 3));
        }

        await disk.MakeReadOnly();

        var refusal = Assert.Throws<IOException>(() => place.Open());
        Assert.Contains($"Journal folder {place.Folder} cannot be written", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Give this user write access to it, or choose another folder", refusal.Message, StringComparison.Ordinal);
        await using var reader = await place.OpenReader();
        Assert.Equal(["1:a/1", "2:a/2", "3:a/3"], await reader.ReadAll().Names());
    }

    /// <returns>The last acknowledged position.</returns>
    private static async Task<long> FillUp(JournalPlace place, Random random)
    {
        var acknowledged = 0L;
        await using var log = place.Open();
        var refusal = await Assert.ThrowsAsync<IOException>(async () =>
        {
            while (true)
            {
                acknowledged = await log.Append(Some.Batch("s", acknowledged + 1, random.Next(1, 8), random));
            }
        });
        Assert.Contains(place.Folder, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("No space left", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("opened again", (await Assert.ThrowsAsync<IOException>(() => log.Append([Some.Event("other", 1)]))).Message, StringComparison.Ordinal);
        return acknowledged;
    }

    private static void AssertOpensOrNamesAFile(JournalPlace place)
    {
        try
        {
            place.Open().DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        catch (IOException e)
        {
            Assert.Contains(place.Folder, e.Message, StringComparison.Ordinal);
        }
    }
}
