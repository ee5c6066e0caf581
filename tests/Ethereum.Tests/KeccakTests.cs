namespace Skale.Ethereum.Tests;

public sealed class KeccakTests
{
    [Theory]
    [InlineData("", "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")]
    [InlineData("abc", "0x4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")]
    [InlineData("The quick brown fox jumps over the lazy dog", "0x4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15")]
    [InlineData("Transfer(address,address,uint256)", "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef")]
    public void known_texts_have_their_known_hashes(string text, string hash) => Assert.Equal(hash, Keccak.HashText(text));

    [Theory]
    [InlineData(135, "0xcbdfd9dee5faad3818d6b06f95a219fd290b0e1706f6a82e5a595b9ce9faca62")]
    [InlineData(136, "0x7ce759f1ab7f9ce437719970c26b0a66ff11fe3e38e17df89cf5d29c7d7f807e")]
    [InlineData(137, "0xac73d4fae68b8453f764007c1a20ce95994187861f0c3227a3a8e99a73a3b1db")]
    [InlineData(272, "0x8e2476e65823b24d96ebe239f2c1534cdf763e689e2410c3b1cb0c74e6177bfc")]
    [InlineData(1000, "0xaf692982e84a5a9688359025660a7857cd28ee7c8d867cfa1677baf2e6d1f63b")]
    public void hashes_are_right_around_the_block_size_of_136_bytes(int length, string hash) =>
        Assert.Equal(hash, Hex.Encode(Keccak.Hash([.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))])));

    [Fact]
    public void a_chain_id_follows_from_the_name() =>
        Assert.Equal(2046399126, Convert.ToInt64(Keccak.HashText("elated-tan-skat")[2..15], 16));

    [Theory]
    [InlineData("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")]
    [InlineData("0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED")]
    public void an_address_is_taken_in_lower_upper_and_checksum_case(string text)
    {
        Assert.Equal("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", Address.Normalise(text));
        Assert.Equal("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", Address.WithChecksum(Address.Normalise(text)));
    }

    [Theory]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD", "wrong checksum")]
    [InlineData("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeA", "not 20 bytes")]
    [InlineData("5aaeb6053f3e94c9b9a09f33669435e7ef1beaed", "not 0x-hex")]
    [InlineData("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaeg", "not 20 bytes")]
    public void a_mistyped_address_is_refused(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => Address.Normalise(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("0x0", 0)]
    [InlineData("0x10", 16)]
    [InlineData("0x7fffffffffffffff", long.MaxValue)]
    public void quantities_are_read(string text, long value) => Assert.Equal(value, Hex.ToInt64(text));

    [Theory]
    [InlineData("16")]
    [InlineData("0x")]
    [InlineData("0xffffffffffffffff")]
    [InlineData("0x10000000000000000")]
    public void what_is_no_quantity_below_2_to_the_63_is_refused(string text) => Assert.Throws<FormatException>(() => Hex.ToInt64(text));
}
