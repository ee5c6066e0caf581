using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Skale.Ethereum;

/// <summary>One decoded value, or one to encode: a number, a flag, a text (also addresses and bytes, as lower-case 0x-hex), or a list (arrays and tuples).</summary>
public readonly struct AbiValue : IEquatable<AbiValue>
{
    private const ulong MaxExactInJson = 1UL << 53;

    private readonly Form form;
    private readonly ulong bits;
    private readonly object? held;

    private AbiValue(Form form, ulong bits, object? held = null) => (this.form, this.bits, this.held) = (form, bits, held);

    private enum Form : byte
    {
        None,
        Number,
        Flag,
        Text,
        List,
    }

    public static implicit operator AbiValue(int value) => (BigInteger)value;

    public static implicit operator AbiValue(long value) => (BigInteger)value;

    public static implicit operator AbiValue(ulong value) => new(Form.Number, value);

    public static implicit operator AbiValue(BigInteger value) => value.Sign >= 0 && value <= ulong.MaxValue ? new(Form.Number, (ulong)value) : new(Form.Number, 0, value);

    public static implicit operator AbiValue(bool value) => new(Form.Flag, value ? 1UL : 0UL);

    public static implicit operator AbiValue(string value) => new(Form.Text, 0, value);

    public static implicit operator AbiValue(AbiValue[] items) => new(Form.List, 0, items);

    public static bool operator ==(AbiValue left, AbiValue right) => left.Equals(right);

    public static bool operator !=(AbiValue left, AbiValue right) => !left.Equals(right);

    /// <summary>An array or a tuple of the given parts.</summary>
    public static AbiValue List(params AbiValue[] items) => items;

    /// <exception cref="AbiException">Not a number.</exception>
    public BigInteger ToBigInteger() => form == Form.Number ? held is BigInteger big ? big : bits : throw Unexpected("a number");

    /// <exception cref="AbiException">Not a number, negative, or above 2^64 - 1.</exception>
    public ulong ToUInt64() => form == Form.Number && held is null ? bits : throw Unexpected("a number from 0 to 2^64 - 1");

    /// <exception cref="AbiException">Not a number, or outside of 64 signed bits.</exception>
    public long ToInt64() => form != Form.Number
        ? throw Unexpected("a number")
        : held is null && bits <= long.MaxValue ? (long)bits
        : held is BigInteger big && big >= long.MinValue && big < 0 ? (long)big
        : throw Unexpected("a number of 64 bits");

    /// <exception cref="AbiException">Not a number, or outside of 32 signed bits.</exception>
    public int ToInt32() => ToInt64() is >= int.MinValue and <= int.MaxValue and var value ? (int)value : throw Unexpected("a number of 32 bits");

    /// <exception cref="AbiException">Not a flag.</exception>
    public bool ToBool() => form == Form.Flag ? bits != 0 : throw Unexpected("true or false");

    /// <summary>A string's text; an address, hash or bytes as lower-case 0x-hex.</summary>
    /// <exception cref="AbiException">Neither.</exception>
    public string ToText() => form == Form.Text ? (string)held! : throw Unexpected("a text or hex");

    /// <summary>The parts of an array or tuple.</summary>
    /// <exception cref="AbiException">Not a list.</exception>
    public ReadOnlySpan<AbiValue> ToList() => form == Form.List ? (AbiValue[])held! : throw Unexpected("a list");

    /// <summary>Writes it as JSON. Numbers above 2^53 and negative ones below -2^53 become decimal strings, so that no reader rounds them.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        switch (form)
        {
            case Form.Number when held is BigInteger big && BigInteger.Abs(big) > MaxExactInJson:
                json.WriteStringValue(big.ToString(CultureInfo.InvariantCulture));
                break;
            case Form.Number when held is BigInteger small:
                json.WriteNumberValue((long)small);
                break;
            case Form.Number when bits > MaxExactInJson:
                json.WriteStringValue(bits.ToString(CultureInfo.InvariantCulture));
                break;
            case Form.Number:
                json.WriteNumberValue(bits);
                break;
            case Form.Flag:
                json.WriteBooleanValue(bits != 0);
                break;
            case Form.Text:
                json.WriteStringValue((string)held!);
                break;
            case Form.List:
                json.WriteStartArray();
                foreach (var item in (AbiValue[])held!)
                {
                    item.WriteTo(json);
                }

                json.WriteEndArray();
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    public bool Equals(AbiValue other) => form == other.form && bits == other.bits
        && (form == Form.List ? ToList().SequenceEqual(other.ToList()) : Equals(held, other.held));

    public override bool Equals(object? obj) => obj is AbiValue other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(form, bits, form == Form.List ? ToList().Length : held);

    public override string ToString() => form switch
    {
        Form.Number => ToBigInteger().ToString(CultureInfo.InvariantCulture),
        Form.Flag => bits != 0 ? "true" : "false",
        Form.Text => (string)held!,
        Form.List => $"[{string.Join(", ", (AbiValue[])held!)}]",
        _ => "(nothing)",
    };

    private AbiException Unexpected(string expected) => new($"Expected {expected}, found {this}.");
}
