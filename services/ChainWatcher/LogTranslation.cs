using Skale.ChainWatcher.Domain;
using Skale.Ethereum;

namespace Skale.ChainWatcher;

/// <summary>Puts what an endpoint answers into the words of the domain.</summary>
internal static class LogTranslation
{
    public static BlockHeader ToHeader(Block block) => new(block.Number, block.Hash, block.ParentHash, block.Time);

    public static ScannedBlock ToScanned(Block block, IEnumerable<Log> logs, ContractSet contracts) =>
        new(ToHeader(block), [.. logs.OrderBy(l => l.LogIndex).Select(l => ToChainLog(l, contracts.EventOf(l)))]);

    /// <summary>Malformed data of a known event is not an error here: the log is kept raw under the event's name.</summary>
    public static ChainLog ToChainLog(Log log, AbiEvent? known) => new(
        log.TransactionHash, log.LogIndex, log.Address, log.Topics, Hex.Encode(log.Data.Span), known?.Name,
        known is not null && FactMapper.Events.Contains(known.Name) ? ToFields(log, known) : null);

    private static EventFields? ToFields(Log log, AbiEvent known)
    {
        try
        {
            var values = known.Decode(log);
            var fields = new Dictionary<string, object>(known.Fields.Length);
            for (var at = 0; at < known.Fields.Length; at++)
            {
                var (name, type, isIndexed) = known.Fields[at];
                fields[name] = isIndexed && type.IsDynamic ? values[at].ToText() : ToObject(type, values[at]);
            }

            return new EventFields(fields);
        }
        catch (AbiException)
        {
            return null;
        }
    }

    /// <summary>What a function returned, in the words of the domain.</summary>
    public static object[] ToObjects(IReadOnlyList<AbiParameter> outputs, AbiFields values) => [.. outputs.Select((output, at) => ToObject(output.Type, values[at]))];

    private static object ToObject(AbiType type, AbiValue value) => type.Kind switch
    {
        AbiKind.UInt or AbiKind.Int => value.ToBigInteger(),
        AbiKind.Bool => value.ToBool(),
        AbiKind.Array or AbiKind.FixedArray => ToObjects(value.ToList(), _ => type.Element!),
        AbiKind.Tuple => ToObjects(value.ToList(), at => type.Components[at].Type),
        AbiKind.Address or AbiKind.FixedBytes or AbiKind.Bytes or AbiKind.Text => value.ToText(),
        _ => throw new System.Diagnostics.UnreachableException($"{type.Kind}"),
    };

    private static object[] ToObjects(ReadOnlySpan<AbiValue> values, Func<int, AbiType> typeOf)
    {
        var items = new object[values.Length];
        for (var at = 0; at < items.Length; at++)
        {
            items[at] = ToObject(typeOf(at), values[at]);
        }

        return items;
    }
}
