using Npgsql;

namespace Skale.EventStore;

/// <summary>
/// The one writer of a schema. Its commits come one after another (see <see cref="GroupCommit"/>); while one is on its way, the next is sent on another
/// connection, on the positions it will have: the server commits it behind the one before it, or refuses it when that one ended elsewhere.
/// </summary>
internal sealed class PostgresWriter : IAsyncDisposable
{
    /// <summary>How many groups may be on their way.</summary>
    public const int Lanes = 2;

    private const int FewAppends = 4;
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMilliseconds(10);
    private readonly string log;
    private readonly TimeSpan patience;
    private readonly WriterClaim claim;
    private readonly StreamTips tips;
    private readonly AppendCommand[] lanes;
    private readonly List<AppendAttempt> underWay = [];
    private long head;
    private long toldHead;
    private long toldAt;
    private Exception? failure;

    private PostgresWriter(NpgsqlDataSource source, string connectionString, string log, TimeSpan patience)
    {
        (this.log, this.patience, claim, tips) = (log, patience, new WriterClaim(source, log), new StreamTips(source, PostgresSchema.NameOf(log)));
        lanes = [.. Enumerable.Range(0, Lanes).Select(_ => new AppendCommand(connectionString, PostgresSchema.NameOf(log)))];
    }

    /// <summary>Takes the next epoch, which fences every writer before it.</summary>
    public static async Task<PostgresWriter> Open(NpgsqlDataSource source, string connectionString, string log, TimeSpan patience, CancellationToken cancellation)
    {
        var writer = new PostgresWriter(source, connectionString, log, patience);
        writer.toldHead = writer.head = (await writer.claim.Take(isAgain: false, cancellation)).GetValueOrDefault();
        return writer;
    }

    public WriterClaim Claim => claim;

    /// <summary>Why it writes no more; null while it does.</summary>
    public Exception? Failure => failure;

    /// <summary>Stores a group in one transaction where all of it fits, else each append in its own, so that a refusal hits only its own append.</summary>
    /// <param name="before">The group before: on its way, or settled.</param>
    public async Task Commit(IReadOnlyList<PendingAppend> group, Task before)
    {
        var attempt = Plan(group);
        try
        {
            var sent = attempt.IsAhead && !before.IsCompleted ? Send(attempt, attempt.Base) : null;
            await before;
            if (await StoreTogether(attempt, sent, isAlone: group.Count == 1) is not { } last)
            {
                await StoreEach(group, attempt);
                return;
            }

            for (var i = group.Count - 1; i >= 0; last -= group[i].Events.Count, i--)
            {
                group[i].Succeed(last);
            }
        }
        finally
        {
            attempt.IsSettled = true;
        }
    }

    /// <summary>Under load not every commit is told to other processes: the last one is, here, as soon as there is time.</summary>
    public async Task TellTheRest()
    {
        if (toldHead < head && failure is null)
        {
            toldHead = head;
            try
            {
                await lanes[0].Tell(head);
            }
            catch (NpgsqlException)
            {
                // The next append finds the connection broken; until then readers look for themselves.
                await lanes[0].Close();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var lane in lanes)
        {
            await lane.Close();
        }
    }

    /// <summary>The group as one transaction, behind those on their way.</summary>
    private AppendAttempt Plan(IReadOnlyList<PendingAppend> group)
    {
        underWay.RemoveAll(attempt => attempt.IsSettled);
        var lane = lanes.First(lane => underWay.All(attempt => attempt.Lane != lane));
        var attempt = new AppendAttempt(lane, IsTold(group.Count));
        try
        {
            attempt.Batch = AppendBatch.Of(log, [.. group.SelectMany(append => append.Events)]);
            attempt.Base = underWay is [.., var before] ? before.End : head;
            attempt.IsAhead = underWay.TrueForAll(other => other.IsAhead && other.Batch!.IsApartFrom(attempt.Batch));
        }
        catch (VersionConflictException)
        {
            // Its appends contradict each other: each in its own.
        }

        underWay.Add(attempt);
        return attempt;
    }

    private bool IsTold(int appends)
    {
        var now = Environment.TickCount64;
        var tell = appends < FewAppends || now - toldAt > LongestSilence.TotalMilliseconds;
        toldAt = tell ? now : toldAt;
        return tell;
    }

    private async Task<long?> StoreTogether(AppendAttempt attempt, Task? sent, bool isAlone)
    {
        try
        {
            return attempt.Batch is null ? null : await Store(attempt, sent);
        }
        catch (Exception e) when (!isAlone && e is VersionConflictException or DuplicateEventException)
        {
            return null;
        }
    }

    private async Task StoreEach(IReadOnlyList<PendingAppend> group, AppendAttempt attempt)
    {
        foreach (var pending in group)
        {
            try
            {
                pending.Succeed(await Store(attempt.Part(AppendBatch.Of(log, pending.Events)), sent: null));
            }
            catch (Exception e)
            {
                pending.Fail(e);
            }
        }
    }

    /// <param name="sent">The attempt where it was sent ahead. Whatever the server refuses of it, it refuses again, and is believed then, when its turn has come.</param>
    private async Task<long> Store(AppendAttempt attempt, Task? sent)
    {
        var batch = attempt.Batch!;
        for (; failure is null; sent = null)
        {
            try
            {
                await (sent ?? Send(attempt, head));
                head += batch.Count;
                toldHead = attempt.Tell ? head : toldHead;
                tips.Remember(batch);
                return head;
            }
            catch (PostgresException e) when (sent is not null && !PostgresAnswer.IsOutage(e))
            {
                // Undone.
            }
            catch (PostgresException e) when (PostgresAnswer.Refusal(log, claim.Epoch, e, batch) is { } refusal)
            {
                failure = refusal as WriterFencedException;
                throw refusal;
            }
            catch (PostgresException e) when (PostgresAnswer.IsDeadlock(e))
            {
                // Undone.
            }
            catch (NpgsqlException e) when (PostgresAnswer.IsOutage(e))
            {
                (var stored, head, failure) = await claim.Resolve(batch.Ids, head, e, patience);
                if (stored is { } last)
                {
                    tips.Forget();
                    return last;
                }
            }
        }

        await (sent ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        throw failure;
    }

    private async Task Send(AppendAttempt attempt, long basePosition) =>
        await attempt.Lane.Execute(claim.Epoch, basePosition, attempt.Batch!, await tips.Of(attempt.Batch!), attempt.Tell);
}
