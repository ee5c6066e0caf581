namespace Skale.EventStore;

/// <summary>A sealing text (a note, a checkpoint, a key or a history of keys) is not what it must be. Nothing of it is believed.</summary>
/// <param name="source">Where the text is from: a file, mostly.</param>
/// <param name="line">From 1; 0 if no single line is to blame.</param>
/// <param name="what">What is wrong, without a full stop.</param>
/// <param name="remedy">What to do, as a sentence.</param>
public sealed class SealException(string source, long line, string what, string remedy, Exception? inner = null)
    : Exception($"{source}{(line > 0 ? $", line {line}" : "")}: {what}. {remedy}", inner)
{
    public string File => source;

    public long Line => line;

    /// <summary>What is wrong, without place and remedy.</summary>
    public string What => what;

    /// <summary>What is wrong with what is read, for a list of all that is; null when nothing is.</summary>
    public static string? ProblemOf(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (SealException e)
        {
            return e.Message;
        }
    }
}
