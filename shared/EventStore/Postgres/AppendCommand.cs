using Npgsql;

namespace Skale.EventStore;

/// <summary>
/// How a writer stores a batch, in one transaction on a connection of its own: few events by one prepared statement in one round trip, many by COPY in a
/// handful of them. The server commits it when the append before it is through, so it may be sent as soon as that one is.
/// </summary>
internal sealed class AppendCommand(string connectionString, string schema)
{
    private const int CopyFrom = 512;
    private AppendSession? session;

    /// <summary>Stores the batch behind the base position and commits it.</summary>
    /// <param name="tips">Where its streams end; afterwards, where they will.</param>
    /// <param name="tell">Whether other processes are to hear of it now; the next append that tells tells of this one too.</param>
    public void Execute(long epoch, long basePosition, AppendBatch batch, Dictionary<string, StreamTips.Tip> tips, bool tell)
    {
        if (batch.Count >= CopyFrom)
        {
            Send(s =>
            {
                var isDue = s.BeginCopy(epoch, basePosition, batch);
                s.Copy(basePosition, batch, tips);
                s.Finish(isDue, epoch, basePosition, batch.Count, tell);
            });
            return;
        }

        foreach (var _ in batch.Link(basePosition, tips))
        {
        }

        Send(s => s.Append(epoch, basePosition, batch, tell));
    }

    /// <summary>Tells other processes how far the log goes.</summary>
    public void Tell(long head) => Send(s => s.Tell(head));

    /// <summary>The next call opens a connection again.</summary>
    public void Close()
    {
        session?.Dispose();
        session = null;
    }

    /// <summary>When it fails, nothing stays of what was begun.</summary>
    private void Send(Action<AppendSession> what)
    {
        try
        {
            session ??= AppendSession.Open(connectionString, schema);
            what(session);
        }
        catch (PostgresException e) when (!session!.IsInTransaction && !PostgresAnswer.IsOutage(e))
        {
            throw;
        }
        catch
        {
            Close();
            throw;
        }
    }
}
