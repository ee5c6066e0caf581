using Skale.EventStore;
using Skale.Metrics.Domain;

namespace Skale.Metrics;

/// <summary>The log cannot be read right now.</summary>
public sealed class LogNotOpenException(string? trouble) : Exception($"The scheduler's log cannot be read right now: {trouble ?? "it is being opened"}");

/// <summary>Reads single events of the log again, for those who want all of them: histories and the API.</summary>
public sealed class LogReading(Projection projection)
{
    /// <summary>A gap between wanted positions that is cheaper to read through than to jump over.</summary>
    private const long ReadThrough = 256;

    /// <summary>Events behind a position, with their causes, as far as they are folded; at most so many.</summary>
    /// <exception cref="LogNotOpenException">The log cannot be read right now.</exception>
    public async Task<IReadOnlyList<EventEntry>> After(long position, int atMost, CancellationToken cancellation)
    {
        var end = projection.Now.View.Position;
        var found = new List<Recorded>();
        if (position < end)
        {
            await foreach (var stored in Log.ReadAll(position, cancellation))
            {
                found.Add(EventReader.Read(stored));
                if (found.Count >= atMost || stored.Position >= end)
                {
                    break;
                }
            }
        }

        return await WithCauses(found, cancellation);
    }

    /// <summary>The events at some positions, in rising order, with their causes.</summary>
    /// <exception cref="LogNotOpenException">The log cannot be read right now.</exception>
    public async Task<IReadOnlyList<EventEntry>> At(IReadOnlyList<long> positions, CancellationToken cancellation) =>
        await WithCauses(await Read(positions, cancellation), cancellation);

    private IEventLog Log => projection.Log ?? throw new LogNotOpenException(projection.Trouble);

    private async Task<IReadOnlyList<EventEntry>> WithCauses(List<Recorded> events, CancellationToken cancellation)
    {
        var known = events.ToDictionary(e => e.Position);
        var missing = events.Select(e => projection.CauseOf(e.Position)).OfType<long>().Where(p => !known.ContainsKey(p)).Distinct().Order().ToArray();
        foreach (var cause in await Read(missing, cancellation))
        {
            known[cause.Position] = cause;
        }

        return [.. events.Select(e => EventEntry.Of(e, projection.CauseOf(e.Position) is { } cause ? known[cause] : null))];
    }

    private async Task<List<Recorded>> Read(IReadOnlyList<long> positions, CancellationToken cancellation)
    {
        var found = new List<Recorded>(positions.Count);
        while (found.Count < positions.Count)
        {
            await foreach (var stored in Log.ReadAll(positions[found.Count] - 1, cancellation))
            {
                if (stored.Position == positions[found.Count])
                {
                    found.Add(EventReader.Read(stored));
                }

                if (found.Count == positions.Count || positions[found.Count] - stored.Position > ReadThrough)
                {
                    break;
                }
            }
        }

        return found;
    }
}
