using System.Runtime.CompilerServices;
using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>What is new in a log: from the writer's hand where it has it, else read.</summary>
internal sealed class LogTail(IEventLog log, RecentCommits recent)
{
    private const int MostAtOnce = 500;

    /// <summary>All that is committed behind a position, in order and without gaps, until there is no more.</summary>
    public async IAsyncEnumerable<Committed> Behind(long position, [EnumeratorCancellation] CancellationToken stopping)
    {
        for (var isNew = true; isNew && !recent.EndsAt(position);)
        {
            var begun = position;
            foreach (var committed in recent.Behind(position, MostAtOnce))
            {
                position = committed.Stored.Position;
                yield return committed;
            }

            // From the log only as far as the writer has not got it: a slow reader of the log comes back to where the writer is.
            await foreach (var stored in position > begun ? AsyncEnumerable.Empty<StoredEvent>() : log.ReadAll(position, stopping))
            {
                position = stored.Position;
                yield return new(stored, null);
                if (recent.Holds(position + 1))
                {
                    break;
                }
            }

            isNew = position > begun;
        }
    }

    /// <summary>Until there may be something behind a position, or for so long. The log knows of a commit a little before the writer hands it on, so who waits for the writer must not ask the log.</summary>
    public async Task Wait(long position, TimeSpan atMost, CancellationToken stopping)
    {
        if (recent.News(position) is { } news)
        {
            await news.WaitAsync(atMost, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stopping.ThrowIfCancellationRequested();
        }
        else
        {
            await log.WaitForAppend(position, atMost, stopping);
        }
    }

    /// <summary>Nobody asks for the events up to a position again, or they are read.</summary>
    public void Forget(long position) => recent.Forget(position);
}
