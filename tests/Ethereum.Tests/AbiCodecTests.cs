using System.Collections.Immutable;
using System.Numerics;

namespace Skale.Ethereum.Tests;

public sealed class AbiCodecTests
{
    [Fact]
    public void arguments_are_encoded_as_the_examples_of_the_solidity_documentation()
    {
        var function = Function("f", "uint256", "uint32[]", "bytes10", "bytes");

        var data = function.Encode(0x123, AbiValue.List(0x456, 0x789), "0x31323334353637383930", Hex.Encode("Hello, world!"u8));

        Assert.Equal(
            "0x8be65246"
            + "0000000000000000000000000000000000000000000000000000000000000123"
            + "0000000000000000000000000000000000000000000000000000000000000080"
            + "3132333435363738393000000000000000000000000000000000000000000000"
            + "00000000000000000000000000000000000000000000000000000000000000e0"
            + "0000000000000000000000000000000000000000000000000000000000000002"
            + "0000000000000000000000000000000000000000000000000000000000000456"
            + "0000000000000000000000000000000000000000000000000000000000000789"
            + "000000000000000000000000000000000000000000000000000000000000000d"
            + "48656c6c6f2c20776f726c642100000000000000000000000000000000000000",
            Hex.Encode(data));
        Assert.Equal("0xcdcd77c0", Function("baz", "uint32", "bool").Selector);
        Assert.Equal("0xa5643bf2", Function("sam", "bytes", "bool", "uint256[]").Selector);
    }

    [Fact]
    public void whatever_is_encoded_is_decoded_to_the_same()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 2_000; round++)
        {
            var samples = Enumerable.Range(0, random.Next(1, 5)).Select(_ => AbiSamples.Any(random, 3)).ToList();
            ImmutableArray<AbiParameter> parameters = [.. samples.Select((s, i) => new AbiParameter($"p{i}", s.Type))];
            var function = new AbiFunction("f", parameters, parameters);

            var data = function.Encode([.. samples.Select(s => s.Value)]);
            var decoded = function.DecodeResult(data.AsSpan(4));

            Assert.True(samples.Select(s => s.Value).SequenceEqual(decoded.Values.ToArray()), $"seed {seed}, round {round}: {function} {decoded}");
        }
    }

    [Theory]
    [InlineData("uint8", "256", "256 is not a uint8")]
    [InlineData("uint8", "-1", "-1 is not a uint8")]
    [InlineData("int8", "128", "128 is not a int8")]
    [InlineData("int8", "-129", "-129 is not a int8")]
    public void a_number_out_of_range_is_refused_by_name(string type, string number, string reason) =>
        Assert.Contains(reason, Assert.Throws<AbiException>(() => Function("f", type).Encode(BigInteger.Parse(number, null))).Message, StringComparison.Ordinal);

    [Fact]
    public void arguments_that_do_not_fit_are_refused_with_the_name_of_function_and_argument()
    {
        Assert.Equal("f(uint256) takes 1 arguments, not 2.", Assert.Throws<AbiException>(() => Function("f", "uint256").Encode(1, 2)).Message);
        Assert.Contains("Argument of f: p0 (bytes4)", Assert.Throws<AbiException>(() => Function("f", "bytes4").Encode("0x0102")).Message, StringComparison.Ordinal);
        Assert.Contains("Expected true or false, found 1", Assert.Throws<AbiException>(() => Function("f", "bool").Encode(1)).Message, StringComparison.Ordinal);
        Assert.Contains("expected 2 values, found 1", Assert.Throws<AbiException>(() => Function("f", "uint8[2]").Encode(AbiValue.List(1))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bool", "0000000000000000000000000000000000000000000000000000000000000002", "2 is neither 0 (false) nor 1 (true)")]
    [InlineData("address", "0000000000000000000000010000000000000000000000000000000000000002", "padding")]
    [InlineData("bytes4", "0102030400000000000000000000000000000000000000000000000000000001", "padding")]
    [InlineData("uint16", "0000000000000000000000000000000000000000000000000000000000010000", "65536 is not a uint16")]
    [InlineData("string", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "offset at byte 0 is 11579208923731619")]
    [InlineData("string", "0000000000000000000000000000000000000000000000000000000000000020", "a word is missing at byte 32")]
    [InlineData("string", "00000000000000000000000000000000000000000000000000000000000000200000000000000000000000000000000000000000000000000000000000000001ff00000000000000000000000000000000000000000000000000000000000000", "not UTF-8: 0xff")]
    [InlineData("uint8[]", "00000000000000000000000000000000000000000000000000000000000000200000000000000000000000000000000000000000000000000000000000000009", "array length at byte 32 is 9")]
    [InlineData("uint256", "", "returned nothing")]
    public void malformed_data_is_refused_with_its_reason(string type, string data, string reason) =>
        Assert.Contains(reason, Assert.Throws<AbiException>(() => Returning(type).DecodeResult(Convert.FromHexString(data))).Message, StringComparison.Ordinal);

    [Fact]
    public void data_that_points_to_itself_again_and_again_does_not_unfold()
    {
        const int Rows = 1000;
        var function = Function("f", "uint8[][]");
        var honest = function.Encode(AbiValue.List([.. Enumerable.Repeat(AbiValue.List([.. Enumerable.Repeat<AbiValue>(1, 32)]), Rows)]))[4..];
        for (var row = 1; row < Rows; row++)
        {
            honest.AsSpan(64, 32).CopyTo(honest.AsSpan(64 + (row * 32)));
        }

        var spread = honest[..(64 + (Rows * 32) + (33 * 32))];
        Assert.Contains("several offsets point to the same bytes", Assert.Throws<AbiException>(() => Returning("uint8[][]").DecodeResult(spread)).Message, StringComparison.Ordinal);
    }

    private static AbiFunction Function(string name, params string[] types) => new(name, [.. types.Select((t, i) => new AbiParameter($"p{i}", AbiType.Parse(t)))], []);

    private static AbiFunction Returning(string type) => new("g", [], [new AbiParameter("r", AbiType.Parse(type))]);
}
