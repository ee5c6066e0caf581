using Npgsql;

namespace Skale.EventStore;

/// <summary>
/// The one writer of a schema. Its commits come one after another (see <see cref="GroupCommit"/>); while one is on its way, a second may already store its
/// events on another connection, on the positions it will have.
/// </summary>
internal sealed class PostgresWriter : IAsyncDisposable
{
    private const int FewAppends = 4;
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMilliseconds(10);
    private readonly string log;
    private readonly TimeSpan patience;
    private readonly WriterClaim claim;
    private readonly StreamTips tips;
    private readonly AppendCommand[] lanes;
    private Attempt? underWay;
    private long head;
    private bool tell;
    private long toldAt;
    private Exception? failure;

    private PostgresWriter(NpgsqlDataSource source, string log, TimeSpan patience)
    {
        (this.log, this.patience, claim, tips) = (log, patience, new WriterClaim(source, log), new StreamTips(source, PostgresSchema.NameOf(log)));
        lanes = [new AppendCommand(source, PostgresSchema.NameOf(log)), new AppendCommand(source, PostgresSchema.NameOf(log))];
    }

    /// <summary>Takes the next epoch, which fences every writer before it.</summary>
    public static async Task<PostgresWriter> Open(NpgsqlDataSource source, string log, TimeSpan patience, CancellationToken cancellation)
    {
        var writer = new PostgresWriter(source, log, patience);
        writer.head = (await writer.claim.Take(isAgain: false, cancellation)).GetValueOrDefault();
        return writer;
    }

    public WriterClaim Claim => claim;

    /// <summary>Why it writes no more; null while it does.</summary>
    public Exception? Failure => failure;

    /// <summary>Stores a group in one transaction where all of it fits, else each append in its own, so that a refusal hits only its own append.</summary>
    /// <param name="before">The group before: on its way, or settled.</param>
    public async Task Commit(IReadOnlyList<PendingAppend> group, Task before)
    {
        var attempt = underWay = Plan(group, before.IsCompleted ? null : underWay);
        var isStored = attempt is { IsAhead: true } && await StoreAhead(attempt);
        await before;
        var now = Environment.TickCount64;
        tell = group.Count < FewAppends || now - toldAt > LongestSilence.TotalMilliseconds;
        toldAt = tell ? now : toldAt;
        if (attempt is not null && await StoreTogether(attempt, isStored, isAlone: group.Count == 1) is { } last)
        {
            for (var i = group.Count - 1; i >= 0; last -= group[i].Events.Count, i--)
            {
                group[i].Succeed(last);
            }

            return;
        }

        foreach (var pending in group)
        {
            try
            {
                pending.Succeed(await Store(AppendBatch.Of(log, pending.Events), attempt?.Lane ?? lanes[0], isStored: false));
            }
            catch (Exception e)
            {
                pending.Fail(e);
            }
        }
    }

    /// <summary>Under load not every commit is told to other processes: the last one is, here, as soon as there is time.</summary>
    public async Task TellTheRest()
    {
        if (!tell && failure is null)
        {
            tell = true;
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

    /// <summary>The group as one transaction; null when its appends contradict each other.</summary>
    private Attempt? Plan(IReadOnlyList<PendingAppend> group, Attempt? ahead)
    {
        try
        {
            var batch = AppendBatch.Of(log, [.. group.SelectMany(append => append.Events)]);
            var lane = ahead?.Lane == lanes[0] ? lanes[1] : lanes[0];
            return ahead is null ? new Attempt(batch, head, lane, false) : new Attempt(batch, ahead.Base + ahead.Batch.Count, lane, ahead.Batch.IsApartFrom(batch));
        }
        catch (VersionConflictException)
        {
            return null;
        }
    }

    /// <summary>Whatever goes wrong here goes wrong again, and is told, when the group's turn has come.</summary>
    private async Task<bool> StoreAhead(Attempt attempt)
    {
        try
        {
            await attempt.Lane.Begin(attempt.Base, attempt.Batch, await tips.Of(attempt.Batch));
            return true;
        }
        catch (NpgsqlException)
        {
            await attempt.Lane.Close();
            return false;
        }
    }

    private async Task<long?> StoreTogether(Attempt attempt, bool isStored, bool isAlone)
    {
        var holds = isStored && attempt.Base == head && failure is null;
        if (isStored && !holds)
        {
            await attempt.Lane.Close();
        }

        try
        {
            return await Store(attempt.Batch, attempt.Lane, holds);
        }
        catch (Exception e) when (!isAlone && e is VersionConflictException or DuplicateEventException)
        {
            return null;
        }
    }

    private async Task<long> Store(AppendBatch batch, AppendCommand lane, bool isStored)
    {
        while (failure is null)
        {
            try
            {
                if (isStored)
                {
                    await lane.Finish(claim.Epoch, head, batch.Count, tell);
                }
                else
                {
                    await lane.Execute(claim.Epoch, head, batch, await tips.Of(batch), tell);
                }

                head += batch.Count;
                tips.Remember(batch);
                return head;
            }
            catch (PostgresException e) when (PostgresAnswer.Refusal(log, claim.Epoch, e, batch) is { } refusal)
            {
                failure = refusal as WriterFencedException;
                throw refusal;
            }
            catch (PostgresException e) when (PostgresAnswer.IsDeadlock(e))
            {
                isStored = false;
            }
            catch (NpgsqlException e) when (PostgresAnswer.IsOutage(e))
            {
                isStored = false;
                await lane.Close();
                (var stored, head, failure) = await claim.Resolve(batch.Ids, head, e, patience);
                if (stored is { } last)
                {
                    tips.Forget();
                    return last;
                }
            }
        }

        throw failure;
    }

    /// <param name="Base">The position behind which its events are to be.</param>
    /// <param name="IsAhead">Whether it may be stored while the attempt before is on its way: neither waits for anything the other holds.</param>
    private sealed record Attempt(AppendBatch Batch, long Base, AppendCommand Lane, bool IsAhead);
}
