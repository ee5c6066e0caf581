using System.Text;
using System.Text.Json;

namespace Skale.Ethereum;

/// <summary>Reads the answer of <c>eth_getLogs</c> in one pass. Consecutive logs mostly repeat address, hashes and first topic: those strings are kept once.</summary>
internal sealed class LogReader
{
    private string address = "";
    private string topic0 = "";
    private string blockHash = "";
    private string transactionHash = "";

    public static IReadOnlyList<Log> ReadAll(ref Utf8JsonReader json)
    {
        Require(json.TokenType == JsonTokenType.StartArray, "a list of logs", ref json);
        var reader = new LogReader();
        var logs = new List<Log>();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            logs.Add(reader.ReadOne(ref json));
        }

        return logs;
    }

    private Log ReadOne(ref Utf8JsonReader json)
    {
        Require(json.TokenType == JsonTokenType.StartObject, "a log", ref json);
        string[]? topics = null;
        byte[]? data = null;
        long? block = null;
        var (transaction, index, removed) = (-1L, -1L, false);
        var seen = 0;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("address"u8))
            {
                seen |= ReadHash(ref json, ref address, 20, 1);
            }
            else if (json.ValueTextEquals("topics"u8))
            {
                topics = ReadTopics(ref json);
            }
            else if (json.ValueTextEquals("data"u8))
            {
                data = ReadData(ref json);
            }
            else if (json.ValueTextEquals("blockNumber"u8))
            {
                block = ReadQuantity(ref json);
            }
            else if (json.ValueTextEquals("blockHash"u8))
            {
                seen |= ReadHash(ref json, ref blockHash, 32, 2);
            }
            else if (json.ValueTextEquals("transactionHash"u8))
            {
                seen |= ReadHash(ref json, ref transactionHash, 32, 4);
            }
            else if (json.ValueTextEquals("transactionIndex"u8))
            {
                transaction = ReadQuantity(ref json);
            }
            else if (json.ValueTextEquals("logIndex"u8))
            {
                index = ReadQuantity(ref json);
            }
            else if (json.ValueTextEquals("removed"u8))
            {
                json.Read();
                removed = json.GetBoolean();
            }
            else
            {
                json.Read();
                json.Skip();
            }
        }

        return seen == 7 && topics is not null && data is not null && block is { } number && transaction >= 0 && index >= 0
            ? new Log(address, topics, data, number, blockHash, transactionHash, checked((int)transaction), checked((int)index), removed)
            : throw new FormatException("A log lacks one of address, topics, data, blockNumber, blockHash, transactionHash, transactionIndex, logIndex.");
    }

    private string[] ReadTopics(ref Utf8JsonReader json)
    {
        json.Read();
        Require(json.TokenType == JsonTokenType.StartArray, "a list of topics", ref json);
        var topics = new string[4];
        var count = 0;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            Require(count < 4, "at most four topics", ref json);
            if (count == 0)
            {
                Keep(ref json, ref topic0, 32);
                topics[count++] = topic0;
            }
            else
            {
                topics[count] = "";
                Keep(ref json, ref topics[count++], 32);
            }
        }

        return count == 4 ? topics : topics[..count];
    }

    private static int ReadHash(ref Utf8JsonReader json, ref string kept, int bytes, int mark)
    {
        json.Read();
        Keep(ref json, ref kept, bytes);
        return mark;
    }

    private static void Keep(ref Utf8JsonReader json, ref string kept, int bytes)
    {
        Require(json.TokenType == JsonTokenType.String, "a hash or address", ref json);
        if (Ascii.Equals(json.ValueSpan, kept))
        {
            return;
        }

        Span<byte> value = stackalloc byte[bytes];
        Hex.Decode(Encoding.UTF8.GetString(json.ValueSpan), value);
        kept = Hex.Encode(value);
    }

    private static byte[] ReadData(ref Utf8JsonReader json)
    {
        json.Read();
        Require(json.TokenType == JsonTokenType.String, "data", ref json);
        return Hex.Decode(json.ValueSpan);
    }

    private static long ReadQuantity(ref Utf8JsonReader json)
    {
        json.Read();
        Require(json.TokenType == JsonTokenType.String && json.ValueSpan.Length <= 18, "a quantity", ref json);
        Span<char> text = stackalloc char[18];
        return Hex.ToInt64(text[..Encoding.UTF8.GetChars(json.ValueSpan, text)]);
    }

    private static void Require(bool holds, string what, ref Utf8JsonReader json)
    {
        if (!holds)
        {
            throw new FormatException($"Expected {what} at byte {json.TokenStartIndex} of the answer, found {json.TokenType}.");
        }
    }
}
