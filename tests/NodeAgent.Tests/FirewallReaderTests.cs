using Skale.Contracts;
using Skale.NodeAgent.Domain;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>What is read of a node's table, from the real kernel.</summary>
public sealed class FirewallReaderTests : IAsyncLifetime
{
    private readonly string alphaNetwork = $"{Guid.NewGuid():N}", betaNetwork = $"{Guid.NewGuid():N}";
    private readonly Place place = new($"reader-{Guid.NewGuid():N}", new NodeId(1), "127.0.0.1");
    private HostFirewall firewall = null!;

    private string Table => place.Prefix;

    private string Alpha => $"br-{alphaNetwork[..12]}";

    private string Beta => $"br-{betaNetwork[..12]}";

    public async ValueTask InitializeAsync()
    {
        firewall = new HostFirewall(place);
        await Nftables.Need(firewall);

        // The rules of a bridge that is not there go with the next change.
        await HostTool.Run("ip", ["link", "add", Alpha, "type", "bridge"]);
        await HostTool.Run("ip", ["link", "add", Beta, "type", "bridge"]);
        await firewall.Set(alphaNetwork, Rules(10_000));
        await firewall.Set(betaNetwork, Rules(65_472));
    }

    public async ValueTask DisposeAsync()
    {
        firewall.Dispose();
        await HostTool.Try(() => HostTool.Run("nft", ["delete", "table", "inet", Table]));
        await HostTool.Try(() => HostTool.Run("ip", ["link", "del", Alpha]));
        await HostTool.Try(() => HostTool.Run("ip", ["link", "del", Beta]));
    }

    [Fact]
    public void chains_and_the_entries_that_lead_to_them_are_each_bridges_own()
    {
        var table = FirewallReader.Read(Table);
        Assert.Equal(new HashSet<string> { Alpha, Beta }, table.Bridges);
        Assert.Equal([$"at-{Alpha}", $"from-{Alpha}", $"to-{Alpha}", $"rate-{Alpha}", $"seen-{Alpha}"], table.ChainsOf(Alpha));
        Assert.Equal(EntriesOf(Alpha, "10000-10063"), table.Entries(b => b == Alpha).OrderBy(e => e.Map, StringComparer.Ordinal));
        Assert.Equal(EntriesOf(Beta, "65472-65535"), table.Entries(b => b == Beta).OrderBy(e => e.Map, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("add table inet TABLE { flags dormant; }", true)]
    [InlineData("flush chain inet TABLE input", true)]
    [InlineData("add chain inet TABLE forward { policy drop; }", true)]
    [InlineData("insert rule inet TABLE host accept", true)]
    [InlineData("flush chain inet TABLE prerouting; add rule inet TABLE prerouting iifname vmap @rates; add rule inet TABLE prerouting jump replies; add rule inet TABLE prerouting iifname != \"lo\" fib daddr type local meta l4proto { tcp, udp, sctp } th dport vmap @ports", true)]
    [InlineData("add chain inet TABLE more { type filter hook input priority -200; policy accept; }", true)]
    [InlineData("insert rule inet TABLE at-ALPHA accept", true)]
    [InlineData("flush chain inet TABLE to-ALPHA", true)]
    [InlineData("flush chain inet TABLE rate-ALPHA; add rule inet TABLE rate-ALPHA limit rate over 999999 bytes/second burst 262144 bytes drop", true)]
    [InlineData("delete element inet TABLE outward { \"ALPHA\" }", true)]
    [InlineData("delete element inet TABLE outward { \"ALPHA\" }; add element inet TABLE outward { \"ALPHA\" : jump to-ALPHA }", true)]
    [InlineData("delete element inet TABLE ports { 10000-10063 }; add element inet TABLE ports { 10000-10062 : jump at-ALPHA }", true)]
    [InlineData("insert rule inet TABLE at-BETA accept", false)]
    [InlineData("delete element inet TABLE outward { \"BETA\" }", false)]
    [InlineData("add element inet TABLE bridges { \"eth7\" }", false)]
    public async Task what_decides_about_a_chain_is_in_its_digest_and_nothing_else(string command, bool differs)
    {
        var before = FirewallReader.Read(Table);
        await HostTool.Run("nft", ["-f", "-"], command.Replace("TABLE", Table, StringComparison.Ordinal).Replace("ALPHA", Alpha, StringComparison.Ordinal).Replace("BETA", Beta, StringComparison.Ordinal));
        Assert.Equal(differs, before.Digest(Alpha) != FirewallReader.Read(Table).Digest(Alpha));
        Assert.Equal(differs ? (null, null) : (Rules(10_000).Digest, 8_000_000L), await ReadAnew(alphaNetwork));
    }

    [Fact]
    public async Task other_ports_of_a_rule_of_its_own_are_seen_though_their_set_is_named_as_before()
    {
        var before = FirewallReader.Read(Table).Digest(Alpha);
        var rules = (await HostTool.Run("nft", ["list", "chain", "inet", Table, $"at-{Alpha}"])).Split('\n', StringSplitOptions.TrimEntries).Where(l => l.EndsWith("accept", StringComparison.Ordinal) || l == "drop").ToArray();
        await HostTool.Run("nft", ["flush", "chain", "inet", Table, $"at-{Alpha}"]);
        foreach (var rule in rules)
        {
            await HostTool.Run("nft", ["add", "rule", "inet", Table, $"at-{Alpha}", rule.Replace("10000", "10007", StringComparison.Ordinal)]);
        }

        Assert.NotEqual(before, FirewallReader.Read(Table).Digest(Alpha));
    }

    [Fact]
    public async Task the_rules_of_one_are_made_anew_without_the_others_looking_different()
    {
        var before = FirewallReader.Read(Table);
        await firewall.Set(betaNetwork, Rules(65_472));
        Assert.Equal(before.Digest(Alpha), FirewallReader.Read(Table).Digest(Alpha));
        Assert.Equal((Rules(65_472).Digest, 8_000_000), await ReadAnew(betaNetwork));
    }

    [Fact]
    public async Task what_an_earlier_agent_noted_is_taken_over_as_it_stands()
    {
        var rules = Rules(10_000);
        await HostTool.Run("nft", ["-f", "-"], $"flush chain inet {Table} seen-{Alpha}\nadd rule inet {Table} seen-{Alpha} accept comment \"{rules.Digest} 0 8c678326713b363bed18382d6ce187dc\"\n");
        Assert.Equal((rules.Digest, null), await ReadAnew(alphaNetwork));
        var note = FirewallReader.Read(Table).Note(Alpha);
        Assert.Equal($"{rules.Digest} 0 {FirewallReader.Read(Table).Digest(Alpha)}", note);
        await HostTool.Run("nft", ["insert", "rule", "inet", Table, $"at-{Alpha}", "accept"]);
        Assert.Equal((null, null), await ReadAnew(alphaNetwork));
    }

    [Fact]
    public async Task how_the_kernel_shows_rules_is_noted_with_the_next_change_or_else_soon()
    {
        Assert.Equal($"{Rules(10_000).Digest} 8000000 {FirewallReader.Read(Table).Digest(Alpha)}", FirewallReader.Read(Table).Note(Alpha));
        Assert.Equal($"{Rules(65_472).Digest} 8000000 -", FirewallReader.Read(Table).Note(Beta));
        await Wait.Until("the last rules to be noted too", async () =>
        {
            Assert.Equal((Rules(65_472).Digest, 8_000_000), await firewall.Read(betaNetwork));
            return FirewallReader.Read(Table) is var table && table.Note(Beta) == $"{Rules(65_472).Digest} 8000000 {table.Digest(Beta)}";
        }, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task rules_changed_by_hand_before_that_are_told_of_by_the_agent_that_made_them()
    {
        await HostTool.Run("nft", ["insert", "rule", "inet", Table, $"at-{Beta}", "accept"]);
        await Wait.Until("the change to be seen", async () => await firewall.Read(betaNetwork) == (null, null), TimeSpan.FromSeconds(30));
        Assert.Equal((Rules(10_000).Digest, 8_000_000), await firewall.Read(alphaNetwork));
    }

    [Fact]
    public async Task what_is_not_noted_yet_of_removed_rules_disturbs_no_other_change()
    {
        await firewall.Remove(betaNetwork);
        await firewall.Set(alphaNetwork, Rules(20_032));
        await HostTool.Run("nft", ["delete", "table", "inet", Table]);
        await firewall.Set(betaNetwork, Rules(65_472));
        Assert.Equal((Rules(65_472).Digest, 8_000_000), await firewall.Read(betaNetwork));
        Assert.Equal((null, null), await firewall.Read(alphaNetwork));
    }

    [Fact]
    public void what_was_changed_since_is_known_without_another_look()
    {
        var table = FirewallReader.Read(Table).Noted([(Beta, "13 0 def")]).Without(new HashSet<string> { Alpha });
        Assert.Equal([Beta], table.Bridges);
        Assert.Equal("13 0 def", table.Note(Beta));
        Assert.Empty(table.Entries(b => b == Alpha));
    }

    [Fact]
    public void no_table_has_no_bridges() => Assert.Empty(FirewallReader.Read($"{Table}-none").Bridges);

    private async Task<(long? Digest, long? BitsPerSecond)> ReadAnew(string network)
    {
        using var another = new HostFirewall(place);
        return await another.Read(network);
    }

    private ChainFirewall Rules(int firstPort) => new(firstPort, [new Peer(new NodeId(2), "192.0.2.1", 10_064)], place.Firewall, 8_000_000);

    private static IEnumerable<(string Map, string Key)> EntriesOf(string bridge, string ports) =>
        [("bridges", $"\"{bridge}\""), ("inward", $"\"{bridge}\""), ("outward", $"\"{bridge}\""), ("ports", ports), ("rates", $"\"{bridge}\"")];
}
