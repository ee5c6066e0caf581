using System.Text;

namespace Skale.Ethereum;

/// <summary>Encodes values as ABI data: heads first, then the tails that dynamic values point to.</summary>
internal static class AbiWriter
{
    /// <exception cref="AbiException">A value does not fit its type; the message names the parameter.</exception>
    public static void Write(IReadOnlyList<AbiParameter> parameters, ReadOnlySpan<AbiValue> values, List<byte> output)
    {
        var start = output.Count;
        var heads = 0;
        foreach (var parameter in parameters)
        {
            heads += parameter.Type.HeadBytes;
        }

        var tails = new List<byte>();
        for (var at = 0; at < parameters.Count; at++)
        {
            var (type, value) = (parameters[at].Type, values[at]);
            try
            {
                if (type.IsDynamic)
                {
                    WriteWord(heads + tails.Count, output);
                    WriteValue(type, value, tails);
                }
                else
                {
                    WriteValue(type, value, output);
                }
            }
            catch (Exception e) when (e is AbiException or FormatException)
            {
                throw new AbiException($"{parameters[at].Name} ({type}): {e.Message}", e);
            }
        }

        System.Diagnostics.Debug.Assert(output.Count - start == heads);
        output.AddRange(tails);
    }

    private static void WriteValue(AbiType type, AbiValue value, List<byte> output)
    {
        switch (type.Kind)
        {
            case AbiKind.Tuple:
                WriteList(type.Components, value, output);
                break;
            case AbiKind.FixedArray:
                WriteList(Repeat(type.Element!, type.Size), value, output);
                break;
            case AbiKind.Array:
                var count = value.ToList().Length;
                WriteWord(count, output);
                WriteList(Repeat(type.Element!, count), value, output);
                break;
            case AbiKind.Bytes:
                WriteBytes(Hex.Decode(value.ToText()), output);
                break;
            case AbiKind.Text:
                WriteBytes(Encoding.UTF8.GetBytes(value.ToText()), output);
                break;
            default:
                Span<byte> word = stackalloc byte[AbiType.WordBytes];
                AbiWord.Write(type, value, word);
                output.AddRange(word);
                break;
        }
    }

    private static void WriteList(IReadOnlyList<AbiParameter> parts, AbiValue value, List<byte> output)
    {
        var items = value.ToList();
        if (items.Length != parts.Count)
        {
            throw new AbiException($"expected {parts.Count} values, found {items.Length}");
        }

        Write(parts, items, output);
    }

    private static AbiParameter[] Repeat(AbiType element, int count) => [.. Enumerable.Range(0, count).Select(item => new AbiParameter($"[{item}]", element))];

    private static void WriteBytes(byte[] bytes, List<byte> output)
    {
        WriteWord(bytes.Length, output);
        output.AddRange(bytes);
        output.AddRange(new byte[(AbiType.WordBytes - (bytes.Length % AbiType.WordBytes)) % AbiType.WordBytes]);
    }

    private static void WriteWord(int value, List<byte> output)
    {
        Span<byte> word = stackalloc byte[AbiType.WordBytes];
        word.Clear();
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(word[28..], value);
        output.AddRange(word);
    }
}
