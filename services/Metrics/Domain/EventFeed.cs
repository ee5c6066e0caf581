using System.Collections.Immutable;

namespace Skale.Metrics.Domain;

/// <summary>One line of the feed.</summary>
public sealed record FeedLine(long Position, DateTimeOffset At, EventKind Kind, string Type, string Sentence);

/// <summary>The latest events, oldest first.</summary>
/// <param name="Length">How many are kept.</param>
public sealed record EventFeed(int Length, ImmutableList<FeedLine> Lines)
{
    public static EventFeed Empty(int length) => new(length, []);

    public EventFeed Add(Recorded e)
    {
        var lines = Lines.Add(new FeedLine(e.Position, e.At, EventKinds.Of(e.Content), e.Stored.Type, Sentences.Of(e)));
        return this with { Lines = lines.Count > Length ? lines.RemoveAt(0) : lines };
    }
}
