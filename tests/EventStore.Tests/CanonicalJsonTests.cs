using System.Globalization;
using System.Text;
using System.Text.Json;
using Skale.Servers;

namespace Skale.EventStore.Tests;

public sealed class CanonicalJsonTests
{
    public static TheoryData<string> Vectors => ["arrays", "french", "structures", "unicode", "values", "weird"];

    [Theory]
    [MemberData(nameof(Vectors))]
    public async Task the_published_vectors_of_rfc_8785_hold(string name)
    {
        var folder = Path.Combine(Repository.Root, "tests/EventStore.Tests/Vectors/rfc8785");
        var input = await File.ReadAllBytesAsync(Path.Combine(folder, $"{name}.input.json"), TestContext.Current.CancellationToken);
        var output = await File.ReadAllBytesAsync(Path.Combine(folder, $"{name}.output.json"), TestContext.Current.CancellationToken);
        Assert.Equal(Encoding.UTF8.GetString(output), Encoding.UTF8.GetString(CanonicalJson.Of(input)));
    }

    /// <summary>RFC 8785 appendix B: the float of given bits, and its text.</summary>
    [Theory]
    [InlineData("0000000000000000", "0")]
    [InlineData("8000000000000000", "0")]
    [InlineData("0000000000000001", "5e-324")]
    [InlineData("8000000000000001", "-5e-324")]
    [InlineData("7fefffffffffffff", "1.7976931348623157e+308")]
    [InlineData("ffefffffffffffff", "-1.7976931348623157e+308")]
    [InlineData("4340000000000000", "9007199254740992")]
    [InlineData("c340000000000000", "-9007199254740992")]
    [InlineData("4430000000000000", "295147905179352830000")]
    [InlineData("44b52d02c7e14af5", "9.999999999999997e+22")]
    [InlineData("44b52d02c7e14af6", "1e+23")]
    [InlineData("44b52d02c7e14af7", "1.0000000000000001e+23")]
    [InlineData("444b1ae4d6e2ef4e", "999999999999999700000")]
    [InlineData("444b1ae4d6e2ef4f", "999999999999999900000")]
    [InlineData("444b1ae4d6e2ef50", "1e+21")]
    [InlineData("3eb0c6f7a0b5ed8c", "9.999999999999997e-7")]
    [InlineData("3eb0c6f7a0b5ed8d", "0.000001")]
    [InlineData("41b3de4355555553", "333333333.3333332")]
    [InlineData("41b3de4355555554", "333333333.33333325")]
    [InlineData("41b3de4355555555", "333333333.3333333")]
    [InlineData("41b3de4355555556", "333333333.3333334")]
    [InlineData("41b3de4355555557", "333333333.33333343")]
    [InlineData("becbf647612f3696", "-0.0000033333333333333333")]
    [InlineData("43143ff3c1cb0959", "1424953923781206.2")]
    public void the_published_numbers_of_rfc_8785_hold(string bits, string text)
    {
        var value = BitConverter.Int64BitsToDouble(long.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        foreach (var literal in new[] { value.ToString("E25", CultureInfo.InvariantCulture), value.ToString("R", CultureInfo.InvariantCulture), text })
        {
            Assert.Equal(text, Canonical(literal));
        }
    }

    /// <summary>The same value in any order, spacing, escaping and notation has one form, and that form is its own.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void equal_values_have_equal_bytes(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var (one, other) = Some.TwoTextsOfOneValue(random, depth: 4);
            var canonical = Canonical(one);
            Assert.Equal(canonical, Canonical(other));
            Assert.Equal(canonical, Canonical(canonical));
            Assert.True(JsonElement.DeepEquals(JsonElement.Parse(one), JsonElement.Parse(canonical)), one);
        }
    }

    [Theory]
    [InlineData("9007199254740993", "a 64-bit float cannot hold the number 9007199254740993 exactly")]
    [InlineData("0.1000000000000000055511151231257827", "exactly")]
    [InlineData("1e-400", "exactly")]
    [InlineData("1e400", "out of the range")]
    [InlineData("1e99999999999999999999", "out of the range")]
    [InlineData("1e-99999999999999999999", "exactly")]
    [InlineData("\"a\\u0000b\"", "U+0000")]
    [InlineData("{\"a\":1,\"b\":2,\"a\":3}", "the name 'a' stands twice")]
    [InlineData("{\"a\":1,\"\\u0061\":1}", "the name 'a' stands twice")]
    [InlineData("\"\\ud800\"", "not valid JSON")]
    [InlineData("[1,]", "not valid JSON")]
    [InlineData("{} {}", "not valid JSON")]
    [InlineData("", "not valid JSON")]
    public void what_could_not_come_back_unchanged_is_refused(string json, string error) =>
        Assert.Contains(error, Assert.Throws<FormatException>(() => CanonicalJson.Of(Encoding.UTF8.GetBytes(json), lossless: true)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("9007199254740992", "9007199254740992")]
    [InlineData("-0.0", "0")]
    [InlineData("0e99999999999999999999", "0")]
    [InlineData("1.10", "1.1")]
    [InlineData("1E2", "100")]
    [InlineData("0.00000100", "0.000001")]
    [InlineData("100000000000000000000000", "1e+23")]
    public void what_a_float_holds_exactly_is_kept(string json, string canonical) =>
        Assert.Equal(canonical, Encoding.UTF8.GetString(CanonicalJson.Of(Encoding.UTF8.GetBytes(json), lossless: true)));

    [Fact]
    public void invalid_utf_8_is_refused() => Assert.Throws<FormatException>(() => CanonicalJson.Of([(byte)'"', 0xC3, 0x28, (byte)'"']));

    private static string Canonical(string json) => Encoding.UTF8.GetString(CanonicalJson.Of(Encoding.UTF8.GetBytes(json)));
}
