using System.Globalization;
using System.Text.RegularExpressions;
using Skale.Contracts;

namespace Skale.Metrics.Domain;

/// <summary>A moment in the past of a network: the log up to the first event that is behind it.</summary>
public abstract partial record PastMoment
{
    private const string BlockMark = "block:";

    private PastMoment()
    {
    }

    /// <summary>Whether the moment ends before this event.</summary>
    public abstract bool IsBefore(Recorded e);

    /// <summary>After the event at a position; 0 is before the first.</summary>
    public sealed record AtPosition(long Position) : PastMoment
    {
        public override bool IsBefore(Recorded e) => e.Position > Position;

        public override string ToString() => $"position {Position}";
    }

    /// <summary>At a time: before the first event that was recorded later.</summary>
    public sealed record AtTime(DateTimeOffset Time) : PastMoment
    {
        public override bool IsBefore(Recorded e) => e.At > Time;

        public override string ToString() => Words.Of(Time);
    }

    /// <summary>While a block was the last whose facts were known: before the first fact of a later block.</summary>
    public sealed record AtBlock(long Block) : PastMoment
    {
        public override bool IsBefore(Recorded e) => e.Content is IFact fact && fact.Origin.BlockNumber > Block;

        public override string ToString() => $"block {Block}";
    }

    /// <summary>Reads <c>2026-01-31T12:00:00Z</c>, <c>512</c> (a position) or <c>block:1200</c>.</summary>
    /// <exception cref="FormatException">It is none of them; says what is.</exception>
    public static PastMoment Parse(string text) => text switch
    {
        _ when text.StartsWith(BlockMark, StringComparison.Ordinal) && Number(text[BlockMark.Length..]) is { } block => new AtBlock(block),
        _ when Number(text) is { } position => new AtPosition(position),
        _ when Iso().Match(text) is { Success: true } match => TimeOf(text, match.Groups["zone"].Success),
        _ => throw new FormatException($"'{text}' is no moment. One is a time with its zone (2026-01-31T12:00:00Z), a position (512) or a block (block:1200)."),
    };

    private static AtTime TimeOf(string text, bool hasZone) => !hasZone
        ? throw new FormatException($"'{text}' has no zone, so it is not one moment. Write {text}Z when it is UTC.")
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var time)
        ? new AtTime(time)
        : throw new FormatException($"'{text}' is not a time that exists.");

    private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    [GeneratedRegex(@"\A\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,7})?)?(?<zone>Z|[+-]\d\d:\d\d)?)?\z")]
    private static partial Regex Iso();
}
