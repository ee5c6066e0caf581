using System.Runtime.ExceptionServices;
using Npgsql;

namespace Skale.EventStore;

// How a planned group is stored, on the thread that took it.
internal sealed partial class PostgresWriter
{
    private void Commit(IReadOnlyList<PendingAppend> group, AppendAttempt attempt, Task before)
    {
        var sent = attempt.IsAhead && !before.IsCompleted ? SendAhead(attempt) : null;
        before.Wait();
        if (StoreTogether(attempt, sent, isAlone: group.Count == 1) is not { } last)
        {
            StoreEach(group, attempt);
            return;
        }

        for (var i = group.Count - 1; i >= 0; last -= group[i].Events.Count, i--)
        {
            group[i].Succeed(last);
        }
    }

    private long? StoreTogether(AppendAttempt attempt, Sent? sent, bool isAlone)
    {
        try
        {
            return attempt.Batch is null ? null : Store(attempt, sent);
        }
        catch (Exception e) when (!isAlone && e is VersionConflictException or DuplicateEventException)
        {
            return null;
        }
    }

    private void StoreEach(IReadOnlyList<PendingAppend> group, AppendAttempt attempt)
    {
        foreach (var pending in group)
        {
            try
            {
                pending.Succeed(Store(attempt.Part(AppendBatch.Of(log, pending.Events)), sent: null));
            }
            catch (Exception e)
            {
                pending.Fail(e);
            }
        }
    }

    /// <param name="sent">What came of sending it ahead. Whatever the server refused of it, it refuses again, and is believed then, when its turn has come.</param>
    private long Store(AppendAttempt attempt, Sent? sent)
    {
        var batch = attempt.Batch!;
        for (; failure is null; sent = null)
        {
            try
            {
                if (sent is null)
                {
                    Send(attempt, head);
                }

                sent?.Error?.Throw();
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
                // Others may wait meanwhile: this is a thread of the writer's own.
                (var stored, head, failure) = claim.Resolve(batch.Ids, head, e, patience).GetAwaiter().GetResult();
                if (stored is { } last)
                {
                    tips.Forget();
                    return last;
                }
            }
        }

        throw failure;
    }

    private Sent SendAhead(AppendAttempt attempt)
    {
        try
        {
            Send(attempt, attempt.Base);
            return new Sent(null);
        }
        catch (Exception e)
        {
            return new Sent(ExceptionDispatchInfo.Capture(e));
        }
    }

    private void Send(AppendAttempt attempt, long basePosition) =>
        attempt.Lane.Execute(claim.Epoch, basePosition, attempt.Batch!, tips.Of(attempt.Batch!), attempt.Tell);

    private sealed record Sent(ExceptionDispatchInfo? Error);
}
