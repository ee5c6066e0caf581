namespace Skale.NodeAgent.Tests;

/// <summary>What the kernel answers without a program in between.</summary>
public sealed class NetlinkTests
{
    [Fact]
    public async Task each_change_of_rules_is_another_number_and_none_is_the_same()
    {
        if (RulesetGeneration.Read() is null)
        {
            Assert.Skip("The kernel tells no number of its rules: no nftables, or not root.");
        }

        var table = $"skale-netlink-{Guid.NewGuid():N}";
        var before = RulesetGeneration.Read();
        await HostTool.Run("nft", ["add", "table", "inet", table]);
        try
        {
            Assert.NotEqual(before, RulesetGeneration.Read());
        }
        finally
        {
            await HostTool.Run("nft", ["delete", "table", "inet", table]);
        }
    }

    [Theory]
    [InlineData(7u, 8u, true)]
    [InlineData(7u, 7u, false)]
    [InlineData(7u, 9u, false)]
    [InlineData(uint.MaxValue, 1u, true)]
    [InlineData(null, 1u, false)]
    [InlineData(7u, null, false)]
    public void one_change_between_two_numbers_is_told_from_none_and_from_more(uint? before, uint? after, bool isNext) => Assert.Equal(isNext, RulesetGeneration.IsNext(before, after));

    [Fact]
    public void a_torn_attribute_is_none()
    {
        Assert.True(Netlink.Attribute([8, 0, 1, 0, 5, 6, 7, 8], 1).SequenceEqual(new byte[] { 5, 6, 7, 8 }));
        Assert.True(Netlink.Attribute([12, 0, 1, 0, 5, 6, 7, 8], 1).IsEmpty);
        Assert.True(Netlink.Attribute([8, 0, 1, 0, 5, 6, 7, 8], 2).IsEmpty);
        Assert.True(Netlink.Attribute([0, 0, 1, 0], 1).IsEmpty);
    }
}
