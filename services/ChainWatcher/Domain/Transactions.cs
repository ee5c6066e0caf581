namespace Skale.ChainWatcher.Domain;

/// <summary>What belongs together in a block.</summary>
public static class Transactions
{
    /// <summary>The logs of a block by transaction, in order: those of one transaction stand together.</summary>
    public static IEnumerable<IReadOnlyList<ChainLog>> Of(IReadOnlyList<ChainLog> block)
    {
        for (var (from, to) = (0, 0); from < block.Count; from = to)
        {
            while (to < block.Count && block[to].TransactionHash == block[from].TransactionHash)
            {
                to++;
            }

            yield return [.. block.Skip(from).Take(to - from)];
        }
    }
}

/// <summary>Reads a log's fields when it has those that are wanted.</summary>
internal static class Reading
{
    /// <summary>Null when the log was not decoded or does not fit: it is not lost, the caller keeps it raw under the event's name.</summary>
    public static T? Of<T>(ChainLog log, Func<EventFields, T?> read)
        where T : class
    {
        try
        {
            return log.Fields is null ? null : read(log.Fields);
        }
        catch (UnfitFieldException)
        {
            return null;
        }
    }
}
