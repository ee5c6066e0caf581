using System.Buffers.Text;
using System.Globalization;

namespace Skale.EventStore;

/// <summary>Numbers as ECMAScript 2019 section 7.1.12.1 writes a 64-bit float, which is what RFC 8785 section 3.2.2.3 asks for.</summary>
internal static class CanonicalNumber
{
    private const int DigitsAFloatAlwaysHolds = 15;

    /// <param name="literal">A number by the grammar of JSON.</param>
    public static void Write(ReadOnlySpan<byte> literal, ByteBuffer output, bool lossless)
    {
        if (literal.Length <= DigitsAFloatAlwaysHolds && !literal.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            output.Add(literal);
            return;
        }

        var value = double.Parse(literal, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsFinite(value))
        {
            throw new FormatException($"the number {System.Text.Encoding.ASCII.GetString(literal)} is out of the range of a 64-bit float");
        }

        Span<byte> text = stackalloc byte[32];
        value.TryFormat(text, out var length, "R", CultureInfo.InvariantCulture);
        var shortest = Decimal.Of(text[..length]);
        if (lossless && !shortest.Equals(Decimal.Of(literal)))
        {
            throw new FormatException($"a 64-bit float cannot hold the number {System.Text.Encoding.ASCII.GetString(literal)} exactly; write it as a text");
        }

        Write(shortest, output);
    }

    private static void Write(in Decimal number, ByteBuffer output)
    {
        var digits = number.Digits;
        var point = number.Point;
        if (digits.IsEmpty)
        {
            output.Add((byte)'0');
            return;
        }

        if (number.Negative)
        {
            output.Add((byte)'-');
        }

        switch (point)
        {
            case > 0 and <= 21 when digits.Length <= point:
                output.Add(digits);
                Zeros(point - digits.Length, output);
                break;
            case > 0 and <= 21:
                output.Add(digits[..point]);
                output.Add((byte)'.');
                output.Add(digits[point..]);
                break;
            case > -6 and <= 0:
                output.Add("0."u8);
                Zeros(-point, output);
                output.Add(digits);
                break;
            default:
                output.Add(digits[0]);
                if (digits.Length > 1)
                {
                    output.Add((byte)'.');
                    output.Add(digits[1..]);
                }

                output.Add(point > 0 ? "e+"u8 : "e-"u8);
                Utf8Formatter.TryFormat(Math.Abs(point - 1), output.GetSpan(8), out var length);
                output.Advance(length);
                break;
        }
    }

    private static void Zeros(int count, ByteBuffer output)
    {
        output.GetSpan(count)[..count].Fill((byte)'0');
        output.Advance(count);
    }

    /// <summary>0.DIGITS times ten to the power of POINT, without zeros at either end of the digits; zero has none.</summary>
    private ref struct Decimal
    {
        public bool Negative;
        public ReadOnlySpan<byte> Digits;
        public int Point;

        public static Decimal Of(ReadOnlySpan<byte> literal)
        {
            var result = new Decimal { Negative = literal[0] == '-' };
            var exponentAt = literal.IndexOfAny((byte)'e', (byte)'E');
            var mantissa = literal[(result.Negative ? 1 : 0)..(exponentAt < 0 ? literal.Length : exponentAt)];
            var pointAt = mantissa.IndexOf((byte)'.');
            var digits = new byte[mantissa.Length];
            var whole = pointAt < 0 ? mantissa : mantissa[..pointAt];
            whole.CopyTo(digits);
            var count = whole.Length;
            if (pointAt >= 0)
            {
                mantissa[(pointAt + 1)..].CopyTo(digits.AsSpan(count));
                count = mantissa.Length - 1;
            }

            var significant = digits.AsSpan(0, count).TrimStart((byte)'0');
            result.Point = whole.Length - (count - significant.Length) + (exponentAt < 0 ? 0 : Exponent(literal[(exponentAt + 1)..]));
            result.Digits = significant.TrimEnd((byte)'0');
            return result;
        }

        /// <summary>Beyond a million it is only far away: no float has such an exponent.</summary>
        private static int Exponent(ReadOnlySpan<byte> text) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent) ? Math.Clamp(exponent, -1_000_000, 1_000_000)
            : text[0] == '-' ? -1_000_000 : 1_000_000;

        public readonly bool Equals(in Decimal other) =>
            Digits.SequenceEqual(other.Digits) && (Digits.IsEmpty || (Point == other.Point && Negative == other.Negative));
    }
}
