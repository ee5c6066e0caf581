namespace Skale.EventStore;

/// <summary>How a journal is written.</summary>
public sealed record JournalOptions
{
    /// <summary>A commit that finds its segment at least this long begins the next one. 64 MiB.</summary>
    public long SegmentBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Hears, once per opening at most, that an unfinished commit was cut: file, line and length. Standard error by default.</summary>
    public Action<string> Warn { get; init; } = Console.Error.WriteLine;
}
