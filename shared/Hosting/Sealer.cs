using Skale.Contracts;
using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>
/// Signs a checkpoint of a log's Merkle tree every second that has something new, keeps it beside the log, and hands it to others: to a file and to the
/// bus. Before it signs it makes sure that the log still holds what was signed before; if not, it says so and signs nothing.
/// </summary>
internal sealed class Sealer(IEventLog log, SealOptions options, Func<CheckpointSigned, CancellationToken, Task> tell, TimeProvider clock, Action<Exception?> onState)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TellWithin = TimeSpan.FromSeconds(5);
    private SealingKey? key;
    private MerkleFrontier tree = new();
    private DateTimeOffset time;

    /// <summary>Events under the last signed checkpoint.</summary>
    public long Sealed { get; private set; }

    public async Task Run(CancellationToken stopping)
    {
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                try
                {
                    await Begin(stopping);
                    onState(null);
                    await SealEverySecond(stopping);
                }
                catch (Exception e) when (e is not OperationCanceledException || !stopping.IsCancellationRequested)
                {
                    onState(e);
                    await Task.Delay(RetryEvery, clock, stopping);
                }
            }
        }
        finally
        {
            await SealTheRest();
            key?.Dispose();
        }
    }

    private async Task SealEverySecond(CancellationToken stopping)
    {
        while (true)
        {
            await log.WaitForAppend(Sealed, TimeSpan.FromMinutes(1), stopping);
            if (await SealNews(stopping) is { } news)
            {
                await Tell(news, stopping);
            }

            await Task.Delay(Every, clock, stopping);
        }
    }

    /// <summary>What came since the last full second, when the process stops.</summary>
    private async Task SealTheRest()
    {
        try
        {
            if (key is not null)
            {
                await SealNews(CancellationToken.None);
            }
        }
        catch (Exception e)
        {
            onState(e); // the next process seals it
        }
    }

    private async Task<CheckpointSigned?> SealNews(CancellationToken stopping)
    {
        await Advance(long.MaxValue, stopping);
        if (tree.Size == Sealed)
        {
            return null;
        }

        var now = clock.GetUtcNow();
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        time = now > time ? now : time; // a clock may be set back; the times of checkpoints never are
        var note = new Checkpoint(key!.Verifier.Name, tree.Size, tree.Root(), time).Sign(key);
        await log.Evidence.AddSeal(note, stopping);
        Sealed = tree.Size;
        WriteFile(note);
        return new CheckpointSigned(log.Name, tree.Size, note.ToString(), time);
    }

    /// <summary>A checkpoint that does not get through is no loss, as the next one says more; sealing goes on without the bus.</summary>
    private async Task Tell(CheckpointSigned news, CancellationToken stopping)
    {
        try
        {
            await tell(news, stopping).WaitAsync(TellWithin, clock, stopping);
            onState(null);
        }
        catch (Exception e) when (e is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            onState(e);
        }
    }

    /// <summary>Loads key and tree, and holds the log against the last checkpoint, the one beside it and the one in the file.</summary>
    private async Task Begin(CancellationToken stopping)
    {
        key?.Dispose();
        (key, tree, Sealed) = (null, new MerkleFrontier(), 0);
        var loaded = SealKeys.Load(log.Name, options);
        var known = await log.Evidence.LoadKeys(stopping);
        var last = await log.Evidence.LastSeal(stopping) is { } seal ? known!.Open(seal) : null;
        var keys = SealKeys.Continue(log.Name, options, known, loaded, (last?.Size ?? 0) + 1);
        if (keys != known)
        {
            await log.Evidence.SaveKeys(keys, stopping);
        }

        var elsewhere = options.CheckpointOf(log.Name) is { } file && File.Exists(file) ? keys.Open(NoteReader.Read(file).Single()) : null;
        foreach (var signed in new[] { last, elsewhere }.OfType<Checkpoint>().OrderBy(c => c.Size))
        {
            await Advance(signed.Size, stopping);
            if (tree.Size < signed.Size)
            {
                throw new SealBrokenException(log.Name, signed, $"the log ends at position {tree.Size}");
            }

            if (tree.Root() != signed.Root)
            {
                throw new SealBrokenException(log.Name, signed, "its root is another one now");
            }
        }

        (key, Sealed, time) = (loaded, last?.Size ?? 0, last?.Time ?? default);
    }

    private async Task Advance(long size, CancellationToken stopping)
    {
        if (tree.Size >= size)
        {
            return;
        }

        await foreach (var digest in log.Evidence.ReadDigests(tree.Size, stopping))
        {
            tree.Push(digest);
            if (tree.Size == size)
            {
                return;
            }
        }
    }

    private void WriteFile(SignedNote note)
    {
        if (options.CheckpointOf(log.Name) is { } file)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes($"{file}.tmp", note.ToBytes());
            File.Move($"{file}.tmp", file, overwrite: true);
        }
    }
}

/// <summary>The log no longer holds what a checkpoint says it held.</summary>
public sealed class SealBrokenException(string log, Checkpoint signed, string what)
    : Exception($"Log '{log}': a checkpoint of {signed.Time:yyyy-MM-ddTHH:mm:ssZ} covers {signed.Size} events, but {what}. Events were changed or removed, or an older copy was restored. Nothing is sealed until that is solved; run 'skale audit export' and 'skale audit verify'.");
