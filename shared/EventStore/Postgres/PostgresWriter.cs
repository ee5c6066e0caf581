using Npgsql;

namespace Skale.EventStore;

/// <summary>
/// The one writer of a schema. Its commits come one after another (see <see cref="GroupCommit"/>); while one is on its way, the next is sent on another
/// connection, on the positions it will have: the server commits it behind the one before it, or refuses it when that one ended elsewhere.
/// </summary>
internal sealed partial class PostgresWriter : IDisposable
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

    /// <summary>Plans a group behind those on their way.</summary>
    /// <returns>What stores it, once the group before is settled, in one transaction where all of it fits, else each append in its own, so that a refusal hits only its own append.</returns>
    public Action<Task> Plan(IReadOnlyList<PendingAppend> group)
    {
        var attempt = NextAttempt(group);
        return before =>
        {
            try
            {
                Commit(group, attempt, before);
            }
            finally
            {
                attempt.IsSettled = true;
            }
        };
    }

    /// <summary>Under load not every commit is told to other processes: the last one is, here, as soon as there is time.</summary>
    public void TellTheRest()
    {
        if (toldHead < head && failure is null)
        {
            toldHead = head;
            try
            {
                lanes[0].Tell(head);
            }
            catch (NpgsqlException)
            {
                // The next append finds the connection broken; until then readers look for themselves.
                lanes[0].Close();
            }
        }
    }

    public void Dispose()
    {
        foreach (var lane in lanes)
        {
            lane.Close();
        }
    }

    /// <summary>The group as one transaction, behind those on their way.</summary>
    private AppendAttempt NextAttempt(IReadOnlyList<PendingAppend> group)
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
}
