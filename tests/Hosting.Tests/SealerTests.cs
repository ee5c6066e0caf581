using System.Collections.Concurrent;
using Skale.Contracts;
using Skale.EventStore;
using Skale.Servers;
using static Skale.Hosting.Tests.TallyDecider;

namespace Skale.Hosting.Tests;

/// <summary>A log at work is sealed: what is signed, who hears of it, and what happens when the log is no longer what was signed.</summary>
public sealed class SealerTests
{
    private readonly string folder = Repository.NewFolder("sealed");
    private readonly ConcurrentQueue<CheckpointSigned> heard = new();

    private string Journal => Path.Combine(folder, "logs", "tally");

    private string Key => Path.Combine(folder, "keys", "tally.key");

    private string CheckpointFile => Path.Combine(folder, "checkpoints", "tally.checkpoint");

    [Fact]
    public async Task everything_committed_is_signed_and_told()
    {
        await using (var process = await Start())
        {
            await Count(process, 1, 50);
            await Sealed(process);
            await Wait.Until("the checkpoint on the bus", () => heard.LastOrDefault()?.Size == process.Get<LogService<Tally>>("tally").Position, Wait.Patience, Cancel);
        }

        var (tree, keys, last) = await Evidence();
        Assert.Equal((tree.Size, tree.Root()), (last.Size, last.Root));
        Assert.Equal(last, keys.Open(NoteReader.Read(CheckpointFile).Single()));
        await File.WriteAllTextAsync(Path.Combine(folder, "told"), heard.Last().Note, Cancel);
        Assert.Equal(last, keys.Open(NoteReader.Read(Path.Combine(folder, "told")).Single()));
    }

    [Fact]
    public async Task what_comes_in_the_last_second_is_signed_when_the_process_stops()
    {
        await using (var process = await Start())
        {
            await Count(process, 1, 7);
            await Sealed(process);
            await Count(process, 8, 14);
        }

        var (tree, _, last) = await Evidence();
        Assert.Equal(tree.Size, last.Size);
    }

    [Fact]
    public async Task a_restart_goes_on_with_the_same_tree()
    {
        await using (var first = await Start())
        {
            await Count(first, 1, 10);
            await Sealed(first);
        }

        var (_, _, before) = await Evidence();
        await using (var second = await Start())
        {
            await Count(second, 11, 20);
            await Sealed(second);
        }

        var (tree, _, after) = await Evidence();
        Assert.True(after.Size > before.Size);
        Assert.Equal(tree.Root(), after.Root);
    }

    [Fact]
    public async Task a_log_that_lost_what_was_signed_is_not_signed_again_and_says_so()
    {
        await using (var first = await Start())
        {
            await Count(first, 1, 10);
            await Sealed(first);
        }

        Directory.Delete(Path.Combine(folder, "logs"), recursive: true);
        await using var second = await Start();
        await Trouble(second, "seal: Log 'tally': a checkpoint of ");
        Assert.Contains("Events were changed or removed, or an older copy was restored", second.Get<LogService<Tally>>("tally").Trouble, StringComparison.Ordinal);
        await Count(second, 1, 30); // the log itself goes on
        Assert.False(File.Exists(Path.Combine(Journal, "seals")));
    }

    [Fact]
    public async Task another_history_of_the_same_length_is_not_signed()
    {
        await using (var first = await Start())
        {
            await Count(first, 1, 10);
            await Sealed(first);
        }

        Directory.Delete(Path.Combine(folder, "logs"), recursive: true);
        var elsewhere = File.ReadAllBytes(CheckpointFile);
        File.Delete(CheckpointFile);
        await using (var other = await Start())
        {
            await Count(other, 5, 30);
            await Sealed(other);
        }

        await File.WriteAllBytesAsync(CheckpointFile, elsewhere, Cancel);
        await using var third = await Start();
        await Trouble(third, "but its root is another one now");
    }

    [Fact]
    public async Task a_key_is_replaced_only_with_the_word_of_the_one_before()
    {
        await using (var first = await Start())
        {
            await Count(first, 1, 10);
            await Sealed(first);
        }

        File.Move(Key, Path.Combine(folder, "keys", "old"));
        await using (var stranger = await Start())
        {
            await Trouble(stranger, "is not the key in use");
        }

        File.Move(Path.Combine(folder, "keys", "old"), Path.Combine(folder, "keys", "tally.previous.key"));
        await using (var rotated = await Start())
        {
            await Count(rotated, 11, 20);
            await Sealed(rotated);
        }

        var (tree, keys, last) = await Evidence();
        Assert.Equal(2, keys.Statements.Count);
        Assert.Equal((tree.Size, SealingKey.Load(Key).Verifier), (last.Size, keys.KeyAt(last.Size)));
        await using var log = JournalLog.OpenReader(Journal);
        Assert.All(await log.Evidence.ReadSeals(0, Cancel).ToListAsync(Cancel), seal => keys.Open(seal));
    }

    [Fact]
    public async Task without_keys_nothing_is_signed()
    {
        await using (var process = await Start(seal: false))
        {
            await Count(process, 1, 10);
            Assert.Null(process.Get<LogService<Tally>>("tally").Unsealed);
        }

        Assert.False(File.Exists(Path.Combine(Journal, "seals")));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Task<BusProcess> Start(bool seal = true) => BusProcess.Start(
        null,
        Path.Combine(folder, "logs"),
        services => services.AddLog("tally", _ => Definition()),
        seal ? new() { ["Seal:Keys"] = Path.Combine(folder, "keys"), ["Seal:CreateKeys"] = "true", ["Seal:Checkpoints"] = Path.Combine(folder, "checkpoints") } : [],
        new BusEndpoint("auditor").On<CheckpointSigned>(context => Task.Run(() => heard.Enqueue(context.Message))));

    private static Task<IReadOnlyList<object>[]> Count(BusProcess process, int first, int last) =>
        Task.WhenAll(Enumerable.Range(first, last - first + 1).Select(n => process.Get<LogService<Tally>>("tally").Submit(TallyDecider.Count("a", n)))).Soon();

    private static Task Sealed(BusProcess process) => Wait.Until("all to be sealed", () => process.Get<LogService<Tally>>("tally").Unsealed == 0, Wait.Patience, Cancel);

    private static Task Trouble(BusProcess process, string text) => Wait.Until(
        $"the trouble '{text}'", () => process.Get<LogService<Tally>>("tally").Trouble?.Contains(text, StringComparison.Ordinal) == true, Wait.Patience, Cancel);

    private async Task<(MerkleFrontier Tree, KeyHistory Keys, Checkpoint Last)> Evidence()
    {
        await using var log = JournalLog.OpenReader(Journal);
        var tree = new MerkleFrontier();
        await foreach (var digest in log.Evidence.ReadDigests(0, Cancel))
        {
            tree.Push(digest);
        }

        var keys = (await log.Evidence.LoadKeys(Cancel))!;
        return (tree, keys, keys.Open((await log.Evidence.LastSeal(Cancel))!));
    }
}
