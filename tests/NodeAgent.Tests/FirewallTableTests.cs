namespace Skale.NodeAgent.Tests;

/// <summary>What is kept of a listed table.</summary>
public sealed class FirewallTableTests
{
    private const string Alpha = "br-0123456789ab", Beta = "br-ba9876543210";

    private const string Shown = """
        {"nftables": [
            {"metainfo": {"version": "1.0.6", "json_schema_version": 1}},
            {"table": {"family": "inet", "name": "skale-test-1", "handle": 7}},
            {"set": {"family": "inet", "name": "bridges", "table": "skale-test-1", "type": "ifname", "handle": 12, "elem": ["br-0123456789ab", "br-ba9876543210"]}},
            {"map": {"family": "inet", "name": "inward", "table": "skale-test-1", "type": "ifname", "handle": 14, "map": "verdict", "elem": [["br-0123456789ab", {"jump": {"target": "to-br-0123456789ab"}}], ["br-ba9876543210", {"jump": {"target": "to-br-ba9876543210"}}]]}},
            {"map": {"family": "inet", "name": "ports", "table": "skale-test-1", "type": "inet_service", "handle": 16, "map": "verdict", "flags": ["interval"], "elem": [[{"range": [10000, 10063]}, {"jump": {"target": "at-br-0123456789ab"}}]]}},
            {"chain": {"family": "inet", "table": "skale-test-1", "name": "host", "handle": 2}},
            {"chain": {"family": "inet", "table": "skale-test-1", "name": "to-br-0123456789ab", "handle": 3}},
            {"chain": {"family": "inet", "table": "skale-test-1", "name": "seen-br-0123456789ab", "handle": 4}},
            {"chain": {"family": "inet", "table": "skale-test-1", "name": "to-br-ba9876543210", "handle": 5}},
            {"rule": {"family": "inet", "table": "skale-test-1", "chain": "host", "handle": 20, "expr": [{"drop": null}]}},
            {"rule": {"family": "inet", "table": "skale-test-1", "chain": "to-br-0123456789ab", "handle": 21, "expr": [{"match": {"op": "==", "left": {"meta": {"key": "iifname"}}, "right": "br-0123456789ab"}}, {"accept": null}]}},
            {"rule": {"family": "inet", "table": "skale-test-1", "chain": "seen-br-0123456789ab", "handle": 22, "comment": "12 0 abc", "expr": [{"accept": null}]}},
            {"rule": {"family": "inet", "table": "skale-test-1", "chain": "to-br-ba9876543210", "handle": 23, "expr": [{"drop": null}]}}
        ]}
        """;

    [Fact]
    public void a_bridge_is_digested_with_what_all_share_and_without_the_kernels_numbers()
    {
        // Computed by other code. They are in the notes of running machines: another digest sets all rules anew.
        var table = new FirewallTable(Shown);
        Assert.Equal(("8c678326713b363bed18382d6ce187dc", "5fdb12533ac450e9e27020fc9da708d1"), (table.Digest(Alpha), table.Digest(Beta)));
        Assert.NotEqual(table.Digest(Alpha), new FirewallTable(Shown.Replace("[{\"drop\": null}]", "[{\"accept\": null}]", StringComparison.Ordinal)).Digest(Alpha));
        Assert.Equal(table.Digest(Beta), new FirewallTable(Shown.Replace($"\"to-{Alpha}\", \"handle\": 21", $"\"to-{Alpha}\", \"handle\": 99", StringComparison.Ordinal)).Digest(Beta));
    }

    [Fact]
    public void notes_chains_and_the_entries_that_lead_to_them_are_each_bridges_own()
    {
        var table = new FirewallTable(Shown);
        Assert.Equal(("12 0 abc", null), (table.Note(Alpha), table.Note(Beta)));
        Assert.Equal([$"to-{Alpha}", $"seen-{Alpha}"], table.ChainsOf(Alpha));
        Assert.Equal([("bridges", $"\"{Alpha}\""), ("inward", $"\"{Alpha}\""), ("ports", "10000-10063")], table.Entries(b => b == Alpha));
    }

    [Fact]
    public void what_was_changed_since_is_known_without_another_look()
    {
        var table = new FirewallTable(Shown).Noted([(Beta, "13 0 def")]).Without(new HashSet<string> { Alpha });
        Assert.Equal([Beta], table.Bridges);
        Assert.Equal("13 0 def", table.Note(Beta));
        Assert.Empty(table.Entries(b => b == Alpha));
    }

    [Fact]
    public void no_table_has_no_bridges() => Assert.Empty(new FirewallTable(null).Bridges);
}
