using Skale.Contracts;

namespace Skale.ChainWatcher.Domain;

/// <summary>One member was replaced; what the transaction itself says of it.</summary>
/// <param name="LogIndex">Of the ChannelOpened that tells it.</param>
/// <param name="OldNode">Null when no log names it.</param>
/// <param name="NewNode">Null when no log names it.</param>
public sealed record RotationTrace(int LogIndex, string ChainHash, RotationReason Reason, NodeId? OldNode, NodeId? NewNode);

/// <summary>A failed key ceremony with those that its transaction names.</summary>
/// <param name="NewNode">Null when the ceremony is stuck.</param>
public sealed record CeremonyFailure(int LogIndex, string ChainHash, NodeId? BadNode, NodeId? NewNode);

/// <summary>
/// Reads the logs of key ceremonies in one transaction together: BadGuy and NewGuy carry no chain, a rotation has no event but the ChannelOpened that it causes, and
/// a restart opens the channel twice before NodeAdded (skale-facts 1.3, traps 1 to 3).
/// </summary>
public sealed class CeremonyLogs
{
    private readonly Dictionary<int, RotationTrace> rotations = [];
    private readonly Dictionary<int, CeremonyFailure> failures = [];
    private readonly HashSet<int> told = [];

    /// <summary>Rotations, by the index of their ChannelOpened.</summary>
    public IReadOnlyDictionary<int, RotationTrace> Rotations => rotations;

    /// <summary>Failed ceremonies, by the index of their FailedDKG.</summary>
    public IReadOnlyDictionary<int, CeremonyFailure> Failures => failures;

    /// <summary>Indices of logs that the fact of another log tells.</summary>
    public IReadOnlySet<int> Told => told;

    public static CeremonyLogs Of(IReadOnlyList<ChainLog> transaction)
    {
        var read = new CeremonyLogs();
        if (transaction.Any(l => l.Event is "ChannelOpened" or "FailedDKG"))
        {
            read.Fail(transaction);
            read.Open(transaction);
        }

        return read;
    }

    /// <summary>Every rotation of a block, in order.</summary>
    public static IReadOnlyList<RotationTrace> RotationsIn(IReadOnlyList<ChainLog> block) =>
        [.. Transactions.Of(block).SelectMany(t => Of(t).Rotations.Values).OrderBy(r => r.LogIndex)];

    /// <summary>BadGuy, FailedDKG, ChannelOpened, NewGuy: in this order, the last only when there was a spare node.</summary>
    private void Fail(IReadOnlyList<ChainLog> transaction)
    {
        for (var at = 0; at < transaction.Count; at++)
        {
            if (transaction[at].Event != "FailedDKG" || Hash(transaction[at]) is not { } hash)
            {
                continue;
            }

            var next = Next(transaction, at);
            var bad = transaction.Take(at).LastOrDefault(l => l.Event == "BadGuy" && !told.Contains(l.LogIndex) && Node(l, "nodeIndex") is not null);
            var behind = transaction.Skip(at + 1).Take(next - at - 1).ToArray();
            var spare = behind.FirstOrDefault(l => l.Event == "NewGuy" && Node(l, "nodeIndex") is not null);
            var failure = new CeremonyFailure(transaction[at].LogIndex, hash, bad is null ? null : Node(bad, "nodeIndex"), spare is null ? null : Node(spare, "nodeIndex"));
            failures[failure.LogIndex] = failure;
            told.UnionWith(new[] { bad, spare }.OfType<ChainLog>().Select(l => l.LogIndex));
            if (behind.FirstOrDefault(l => l.Event == "ChannelOpened" && Hash(l) == hash) is not { } channel)
            {
                continue;
            }

            if (failure.NewNode is null)
            {
                told.Add(channel.LogIndex);
            }
            else
            {
                rotations[channel.LogIndex] = new RotationTrace(channel.LogIndex, hash, RotationReason.FailedKeyCeremony, failure.BadNode, failure.NewNode);
            }
        }
    }

    /// <summary>Of channels opened one after the other for the same chain only the last is a rotation; those of a purchase are none.</summary>
    private void Open(IReadOnlyList<ChainLog> transaction)
    {
        for (var at = 0; at < transaction.Count; at++)
        {
            var log = transaction[at];
            if (log.Event != "ChannelOpened" || told.Contains(log.LogIndex) || rotations.ContainsKey(log.LogIndex) || Hash(log) is not { } hash
                || transaction.Any(l => l.Event is "SchainNodes" or "SchainCreated" && Hash(l) == hash))
            {
                continue;
            }

            var behind = transaction.Skip(at + 1).TakeWhile(l => !(l.Event is "SuccessfulDKG" or "FailedDKG" && Hash(l) == hash)).ToArray();
            if (behind.Any(l => l.Event == "ChannelOpened" && Hash(l) == hash))
            {
                continue;
            }

            var added = behind.FirstOrDefault(l => l.Event == "NodeAdded" && Hash(l) == hash && Node(l, "newNode") is not null && !told.Contains(l.LogIndex));
            rotations[log.LogIndex] = added is null
                ? new RotationTrace(log.LogIndex, hash, RotationReason.NodeExit, null, null)
                : new RotationTrace(log.LogIndex, hash, RotationReason.RestartedCreation, null, Node(added, "newNode"));
            if (added is not null)
            {
                told.Add(added.LogIndex);
            }
        }
    }

    /// <summary>Where the next failure begins: at its BadGuy.</summary>
    private static int Next(IReadOnlyList<ChainLog> transaction, int failed)
    {
        for (var at = failed + 1; at < transaction.Count; at++)
        {
            if (transaction[at].Event is "BadGuy" or "FailedDKG")
            {
                return at;
            }
        }

        return transaction.Count;
    }

    private static string? Hash(ChainLog log) => Reading.Of(log, f => f.ChainHash());

    private static NodeId? Node(ChainLog log, string field) => Reading.Of(log, f => new Holder(f.Node(field)))?.Node;

    private sealed record Holder(NodeId Node);
}
