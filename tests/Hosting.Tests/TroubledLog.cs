using Skale.EventStore;

namespace Skale.Hosting.Tests;

/// <summary>A real journal whose appends can be held up, fail, or take effect and then fail, as a database behind a network does.</summary>
internal sealed class TroubledLog(JournalLog journal) : IEventLog, ISnapshots
{
    private readonly Queue<(Exception Error, bool TakesEffect)> troubles = [];

    public int Appends { get; private set; }

    /// <summary>Of all of the log.</summary>
    public int Reads { get; set; }

    /// <summary>Every append waits for this.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Every snapshot waits for this.</summary>
    public Task SnapshotGate { get; set; } = Task.CompletedTask;

    public string Name => journal.Name;

    public ILogEvidence Evidence => journal.Evidence;

    public TroubledLog FailNext(Exception error, bool takesEffect = false)
    {
        troubles.Enqueue((error, takesEffect));
        return this;
    }

    public async Task<long> Append(IReadOnlyList<NewEvent> events, CancellationToken cancellation = default)
    {
        Appends++;
        await Gate.WaitAsync(cancellation);
        if (!troubles.TryDequeue(out var trouble))
        {
            return await journal.Append(events, cancellation);
        }

        if (trouble.TakesEffect)
        {
            await journal.Append(events, cancellation);
        }

        throw trouble.Error;
    }

    public IAsyncEnumerable<StoredEvent> ReadAll(long afterPosition = 0, CancellationToken cancellation = default)
    {
        Reads++;
        return journal.ReadAll(afterPosition, cancellation);
    }

    public IAsyncEnumerable<StoredEvent> ReadStream(string stream, long afterVersion = 0, CancellationToken cancellation = default) =>
        journal.ReadStream(stream, afterVersion, cancellation);

    public Task<long> Head(CancellationToken cancellation = default) => journal.Head(cancellation);

    public Task WaitForAppend(long afterPosition, TimeSpan atMost, CancellationToken cancellation = default) => journal.WaitForAppend(afterPosition, atMost, cancellation);

    public Task<long> LoadCheckpoint(string reader, CancellationToken cancellation = default) => journal.LoadCheckpoint(reader, cancellation);

    public Task SaveCheckpoint(string reader, long position, CancellationToken cancellation = default) => journal.SaveCheckpoint(reader, position, cancellation);

    public Task<Stream?> OpenSnapshot(CancellationToken cancellation = default) => journal.OpenSnapshot(cancellation);

    public async Task SaveSnapshot(Action<Stream> write, CancellationToken cancellation = default)
    {
        await SnapshotGate.WaitAsync(cancellation);
        await journal.SaveSnapshot(write, cancellation);
    }

    public ValueTask DisposeAsync() => journal.DisposeAsync();
}
