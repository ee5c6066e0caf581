using Skale.Servers;

namespace Skale.EventStore.Tests;

/// <summary>A log with checkpoints, as a sealer leaves it, and exports of it.</summary>
internal static class SealedLog
{
    public const string Origin = "test.example/scheduler";
    private static readonly Lazy<string> Folders = new(() => Repository.NewFolder("exports"));
    private static int folders;

    /// <summary>Different kinds of events in three streams; the same in every run.</summary>
    public static NewEvent[] Events(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Some.Event($"chain-{(char)('a' + (i % 3))}", (i / 3) + 1, i % 5 == 0 ? "äöü \\\"" : "") is var e && i % 4 == 1 ? e with { CorrelationId = null } : e)];

    /// <summary>Appends in commits of 1 to 3 events and signs a checkpoint of every size given; the key is rotated behind the first.</summary>
    /// <returns>The key that was in use at the end.</returns>
    public static async Task<SealingKey> Fill(IEventLog log, NewEvent[] events, params long[] sealedAt)
    {
        var (first, second) = (SealingKey.Create(Origin), SealingKey.Create(Origin));
        var keys = KeyHistory.Begin(first);
        for (var (at, size) = (0, 1); at < events.Length; at += size, size = (size % 3) + 1)
        {
            await log.Append(events[at..Math.Min(at + size, events.Length)]);
        }

        await log.Evidence.SaveKeys(keys);
        await Seal(log, first, sealedAt[..1]);
        await log.Evidence.SaveKeys(keys.Rotate(first, second, sealedAt[0] + 1));
        await Seal(log, second, sealedAt[1..]);
        first.Dispose();
        return second;
    }

    public static async Task Seal(IEventLog log, SealingKey key, params long[] sizes)
    {
        var tree = new MerkleFrontier();
        await foreach (var digest in log.Evidence.ReadDigests())
        {
            tree.Push(digest);
            if (sizes.Contains(tree.Size))
            {
                await log.Evidence.AddSeal(new Checkpoint(Origin, tree.Size, tree.Root(), Some.Noon + TimeSpan.FromSeconds(tree.Size)).Sign(key));
            }
        }
    }

    /// <summary>A name for a folder that does not exist yet; gone when the test program ends.</summary>
    public static string NewFolder() => Path.Combine(Folders.Value, $"{Interlocked.Increment(ref folders)}");

    public static async Task<string> Export(IEventLog log, long after = 0, long segmentBytes = 6000)
    {
        var folder = NewFolder();
        await LogExport.Write(log, folder, after, segmentBytes, null, TestContext.Current.CancellationToken);
        return folder;
    }

    public static string Copy(string export)
    {
        var copy = Directory.CreateDirectory(NewFolder()).FullName;
        foreach (var file in Directory.GetFiles(export))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        return copy;
    }

    public static string Text(this ExportReport report) => $"{report.FindingCount} findings\n{string.Join('\n', report.Findings)}";
}
