namespace Skale.EventStore;

/// <summary>What a finding is about.</summary>
public enum FindingKind
{
    /// <summary>An event is not the one that was recorded, or not an event at all.</summary>
    Changed,

    /// <summary>An event is as it was; the digest recorded beside it was changed, or is missing.</summary>
    DigestChanged,

    /// <summary>Events are gone between others.</summary>
    Removed,

    /// <summary>A line more than was written.</summary>
    Inserted,

    /// <summary>Events stand in each other's place.</summary>
    Swapped,

    /// <summary>Events are gone at the end: a checkpoint was signed over more.</summary>
    Truncated,

    /// <summary>An event does not follow from the one before it in its stream.</summary>
    Chain,

    /// <summary>The tree of the events is not the one that was signed.</summary>
    Root,

    /// <summary>The tree of the events does not extend a checkpoint that the auditor holds.</summary>
    NotExtended,

    /// <summary>A checkpoint is malformed, wrongly signed, or out of order.</summary>
    Checkpoint,

    /// <summary>The keys are malformed, not vouched for, or not the ones the auditor knows.</summary>
    Key,

    /// <summary>No checkpoint vouches for anything.</summary>
    NotSealed,

    /// <summary>A file is missing, malformed, or does not belong here.</summary>
    File,
}

/// <summary>One thing that is not as it was written.</summary>
/// <param name="Position">Of the first event concerned; 0 when it is not about an event.</param>
/// <param name="Last">The last position that may be concerned: the same one, or the end of a range that cannot be told more exactly.</param>
/// <param name="Line">In the file, from 1; 0 when it is not about a line.</param>
/// <param name="What">In words, as a sentence without its full stop.</param>
public sealed record Finding(FindingKind Kind, long Position, long Last, string File, long Line, string What)
{
    public override string ToString() => $"{(Position == 0 ? "" : Last == Position ? $"position {Position}, " : $"positions {Position} to {Last}, ")}{File}{(Line > 0 ? $", line {Line}" : "")}: {What}.";
}

/// <summary>Collects findings in the order they are made: the first ones, and how many there are.</summary>
internal sealed class Findings
{
    private const int Kept = 20;
    private readonly List<Finding> kept = [];

    public long Count { get; private set; }

    /// <summary>Those kept, by position; what is not about an event comes first. What only says "somewhere up to here" comes behind what says where.</summary>
    public IReadOnlyList<Finding> InOrder => [.. kept.OrderBy(finding => finding.Kind is FindingKind.Root or FindingKind.NotExtended ? finding.Last : finding.Position)];

    /// <summary>Keeps a finding; gives its number for <see cref="Replace"/>.</summary>
    public int Add(FindingKind kind, long position, string file, long line, string what, long? last = null)
    {
        if (Count++ < Kept)
        {
            kept.Add(new Finding(kind, position, last ?? position, file, line, what.TrimEnd('.')));
        }

        return (int)Math.Min(Count - 1, Kept);
    }

    public void Add(FindingKind kind, SealException e, long position = 0) => Add(kind, position, e.File, e.Line, e.What);

    /// <summary>Says more exactly what was found once it is known.</summary>
    public void Replace(int number, FindingKind kind, string what)
    {
        if (number < kept.Count)
        {
            kept[number] = kept[number] with { Kind = kind, What = what };
        }
    }
}
