using System.Runtime.CompilerServices;
using Skale.EventStore;

namespace Skale.Hosting.Tests;

/// <summary>A real log as somebody who can write to its store would leave it; <paramref name="alter"/> gives null for an event that is taken out.</summary>
internal sealed class AlteredLog(IEventLog log, Func<StoredEvent, StoredEvent?> alter) : IEventLog
{
    public string Name => log.Name;

    public ILogEvidence Evidence => log.Evidence;

    public async IAsyncEnumerable<StoredEvent> ReadAll(long afterPosition = 0, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var stored in log.ReadAll(afterPosition, cancellation))
        {
            if (alter(stored) is { } altered)
            {
                yield return altered;
            }
        }
    }

    public IAsyncEnumerable<StoredEvent> ReadStream(string stream, long afterVersion = 0, CancellationToken cancellation = default) => throw new NotSupportedException();

    public Task<long> Append(IReadOnlyList<NewEvent> events, CancellationToken cancellation = default) => throw new NotSupportedException();

    public Task<long> Head(CancellationToken cancellation = default) => log.Head(cancellation);

    public Task WaitForAppend(long afterPosition, TimeSpan atMost, CancellationToken cancellation = default) => throw new NotSupportedException();

    public Task<long> LoadCheckpoint(string reader, CancellationToken cancellation = default) => throw new NotSupportedException();

    public Task SaveCheckpoint(string reader, long position, CancellationToken cancellation = default) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => log.DisposeAsync();
}
