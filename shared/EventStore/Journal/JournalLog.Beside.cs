namespace Skale.EventStore;

/// <content>What a journal keeps beside its events.</content>
public sealed partial class JournalLog
{
    public Task<long> LoadCheckpoint(string reader, CancellationToken cancellation = default) => Task.FromResult(JournalCheckpoints.Load(folder, reader));

    public Task SaveCheckpoint(string reader, long position, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        JournalCheckpoints.Save(folder, reader, position);
        return Task.CompletedTask;
    }

    public Task RequestSkip(SkipRequest request, CancellationToken cancellation = default)
    {
        JournalSkips.Add(folder, AppendRules.Apply(request));
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<SkipRequest>> ReadSkipRequests(long afterPosition = 0, CancellationToken cancellation = default) =>
        Task.FromResult(JournalSkips.Read(folder, afterPosition));

    public Task<Stream?> OpenSnapshot(CancellationToken cancellation = default) => Task.FromResult(JournalSnapshots.Open(folder));

    public Task SaveSnapshot(Action<Stream> write, CancellationToken cancellation = default)
    {
        JournalSnapshots.Save(folder, write);
        return Task.CompletedTask;
    }
}
