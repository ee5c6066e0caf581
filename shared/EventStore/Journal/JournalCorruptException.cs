namespace Skale.EventStore;

/// <summary>A journal holds something its writer never wrote. Nothing from the named line on is believed, and nothing was changed.</summary>
public sealed class JournalCorruptException(string file, long line, string what, Exception? inner = null)
    : Exception($"{file}, line {line}: {what}. Nothing from this line on is believed. Keep the folder as it is, and restore it from a copy or an export; do not edit it.", inner)
{
    public string File => file;

    /// <summary>From 1.</summary>
    public long Line => line;
}
