using System.Collections.Immutable;

namespace Skale.Ethereum;

/// <summary>The description of one event: its signature, the topic that marks its logs, and how to read them.</summary>
public sealed class AbiEvent
{
    private readonly int indexedCount;
    private readonly int headBytes;

    public AbiEvent(string name, ImmutableArray<AbiParameter> fields)
    {
        (Name, Fields) = (name, fields);
        Signature = $"{name}({string.Join(',', fields.Select(f => f.Type.Name))})";
        Topic0 = Keccak.HashText(Signature);
        indexedCount = fields.Count(f => f.IsIndexed);
        headBytes = fields.Where(f => !f.IsIndexed).Sum(f => f.Type.HeadBytes);
        if (indexedCount > 3)
        {
            throw new AbiException($"{Signature}: at most three fields are indexed, not {indexedCount}.");
        }
    }

    public string Name { get; }

    public ImmutableArray<AbiParameter> Fields { get; }

    public string Signature { get; }

    /// <summary>Keccak-256 of the signature, 0x-hex: the first topic of its logs.</summary>
    public string Topic0 { get; }

    /// <exception cref="AbiException">The log is not this event, or its data is malformed; names the log, the event and the field.</exception>
    public AbiFields Decode(Log log)
    {
        try
        {
            return Decode(log.Topics, log.Data.Span);
        }
        catch (AbiException e)
        {
            throw new AbiException($"Log {log.LogIndex} of block {log.BlockNumber} (transaction {log.TransactionHash}): {e.Message}", e);
        }
    }

    /// <summary>Reads the fields. An indexed field of a dynamic type is only a hash on the wire and is returned as that hash.</summary>
    /// <exception cref="AbiException">Not this event, or malformed; names the event and the field.</exception>
    public AbiFields Decode(IReadOnlyList<string> topics, ReadOnlySpan<byte> data)
    {
        if (topics.Count != indexedCount + 1 || topics[0] != Topic0)
        {
            throw new AbiException($"{Signature}: expected {indexedCount + 1} topics beginning with {Topic0}, found [{string.Join(", ", topics)}].");
        }

        if (data.Length < headBytes)
        {
            throw new AbiException($"{Signature}: the data has {data.Length} bytes; its fields need at least {headBytes}.");
        }

        var values = new AbiValue[Fields.Length];
        var reader = new AbiReader(data);
        var (field, topic, head) = (0, 1, 0);
        try
        {
            for (; field < values.Length; field++)
            {
                var (_, type, isIndexed) = Fields[field];
                if (isIndexed)
                {
                    values[field] = ReadTopic(type, topics[topic++]);
                }
                else
                {
                    values[field] = reader.Read(type, head, 0);
                    head += type.HeadBytes;
                }
            }
        }
        catch (Exception e) when (e is AbiException or FormatException)
        {
            throw new AbiException($"{Name}.{Fields[field].Name} ({Fields[field].Type}): {e.Message}.", e);
        }

        return new AbiFields(Name, Fields, values);
    }

    public override string ToString() => Signature;

    private static AbiValue ReadTopic(AbiType type, string topic)
    {
        Span<byte> word = stackalloc byte[AbiType.WordBytes];
        Hex.Decode(topic, word);
        return type.IsDynamic || type.Kind is AbiKind.Tuple or AbiKind.FixedArray ? topic : AbiWord.Read(type, word);
    }
}
