using Npgsql;

namespace Skale.EventStore;

/// <summary>
/// How a writer stores a batch, in one transaction on a connection of its own: few events by one prepared statement in one round trip, many by COPY in a
/// handful of them. Either all at once, or its events ahead (<see cref="Begin"/>) and their positions later (<see cref="Finish"/>).
/// </summary>
internal sealed class AppendCommand(NpgsqlDataSource source, string schema)
{
    private const int CopyFrom = 512;
    private AppendSession? session;

    /// <summary>Stores the batch behind the base position and commits it.</summary>
    /// <param name="tips">Where its streams end; afterwards, where they will.</param>
    /// <param name="tell">Whether other processes are to hear of it now; the next append that tells tells of this one too.</param>
    public async Task Execute(long epoch, long basePosition, AppendBatch batch, Dictionary<string, StreamTips.Tip> tips, bool tell)
    {
        if (batch.Count >= CopyFrom)
        {
            await Begin(basePosition, batch, tips);
            await Finish(epoch, basePosition, batch.Count, tell);
            return;
        }

        foreach (var _ in batch.Link(basePosition, tips))
        {
        }

        await Send(s => s.Append(epoch, basePosition, batch, tell));
    }

    /// <summary>Stores the batch behind a base position that is not reached yet, in a transaction that stays open.</summary>
    public async Task Begin(long basePosition, AppendBatch batch, Dictionary<string, StreamTips.Tip> tips)
    {
        if (batch.Count >= CopyFrom)
        {
            await Send(s => s.BeginCopy(batch));
            await Send(s => s.Copy(basePosition, batch, tips));
            return;
        }

        foreach (var _ in batch.Link(basePosition, tips))
        {
        }

        await Send(s => s.Begin(basePosition, batch));
    }

    /// <summary>Takes the positions of what was begun and commits.</summary>
    public Task Finish(long epoch, long basePosition, long count, bool tell) => Send(s => s.Finish(epoch, basePosition, count, tell));

    /// <summary>Tells other processes how far the log goes.</summary>
    public Task Tell(long head) => Send(s => s.Tell(head));

    /// <summary>Gives up what was begun; the next call opens a connection again.</summary>
    public async Task Close()
    {
        if (session is not null)
        {
            await session.DisposeAsync();
            session = null;
        }
    }

    /// <summary>When it fails, nothing of it stays, nor of what was begun before it.</summary>
    private async Task Send(Func<AppendSession, Task> what)
    {
        try
        {
            session ??= new AppendSession(await source.OpenConnectionAsync(), schema);
            await what(session);
        }
        catch
        {
            await Close();
            throw;
        }
    }
}
