using System.Globalization;
using System.Net;
using System.Text;
using Skale.Contracts;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>
/// A node's table for <c>nft -f</c>. Common chains sit at the kernel's hooks and send what concerns a chain to those of its own, found by one look-up however many chains there
/// are: <c>at-BRIDGE</c> for its block of ports, before the engine translates addresses and before its proxy gets anything; <c>from-BRIDGE</c> and
/// <c>to-BRIDGE</c> for its network; <c>rate-BRIDGE</c> drops what leaves it too fast. A drop here is final whatever the engine's rules say, and an accept is none of theirs.
/// </summary>
/// <remarks>Packets in the direction of a connection's first one are judged each by itself: a member that leaves the group is cut off in the middle of what it says.</remarks>
internal sealed class FirewallScript(string table)
{
    /// <summary>This host, this network, shared, loopback, link-local (with the clouds' metadata services), private, multicast and reserved addresses.</summary>
    private const string Private4 = "{ 0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, 192.168.0.0/16, 224.0.0.0/3 }";
    private const string Private6 = "{ ::1/128, ::ffff:0:0/96, fc00::/7, fe80::/10, ff00::/8 }";
    private const string Neighbours = "{ nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert }";

    private const int BitsPerByte = 8;

    /// <summary>Several of the largest packets that a chain hands over at once, of 64 KiB.</summary>
    private const long LeastBurstBytes = 256 * 1024;
    private const int BurstsPerSecond = 4;

    private static readonly string[] Own = ["at", "from", "to", "rate", "seen"];

    /// <summary>Puts chains' rules in the place of those they have, and removes everything of others.</summary>
    /// <param name="removed">Bridges with the chains of rules that they have.</param>
    /// <param name="old">What sets and maps hold for all of these, and for chains whose bridge is gone: set or map, and key.</param>
    /// <exception cref="HostToolException">The order names an address that is none.</exception>
    public string Change(IReadOnlyList<(string Bridge, ChainFirewall Rules)> set, IEnumerable<(string Bridge, IEnumerable<string> Chains)> removed, IEnumerable<(string Map, string Key)> old)
    {
        var script = new StringBuilder();
        if (set.Count > 0)
        {
            Common(script, set.Select(s => s.Bridge));
        }

        foreach (var (bridge, rules) in set)
        {
            Add(script, "rule", [.. At(rules).Select(r => $"at-{bridge} {r}"), .. From(bridge, rules).Select(r => $"from-{bridge} {r}"), .. To(bridge).Select(r => $"to-{bridge} {r}")]);
            Add(script, "rule", [.. Rate(rules).Select(r => $"rate-{bridge} {r}")]);
        }

        Append(script, "delete element", old.Select(o => $"{o.Map} {{ {o.Key} }}"));
        foreach (var (bridge, rules) in set)
        {
            Add(script, "element", $"bridges {{ \"{bridge}\" }}", $"outward {{ \"{bridge}\" : jump from-{bridge} }}", $"inward {{ \"{bridge}\" : jump to-{bridge} }}", $"rates {{ \"{bridge}\" : jump rate-{bridge} }}");
            Add(script, "element", $"ports {{ {rules.FirstPort}-{rules.LastPort} : jump at-{bridge} }}");
        }

        Append(script, "delete chain", removed.SelectMany(r => r.Chains));
        return script.ToString();
    }

    /// <summary>Notes in the table itself what a chain's rules were made from and how the kernel shows them, in the place of what is noted.</summary>
    public string Note(string bridge, string note) => $"flush chain inet {table} seen-{bridge}\nadd rule inet {table} seen-{bridge} accept comment \"{note}\"\n";

    /// <summary>Removes all there is of this node.</summary>
    public string RemoveAll() => $"delete table inet {table}\n";

    /// <summary>What all share, and empty chains of rules for these bridges.</summary>
    private void Common(StringBuilder script, IEnumerable<string> bridges)
    {
        script.Append(CultureInfo.InvariantCulture, $"add table inet {table}\n");
        Chains(script, "", "replies", "host");
        Chains(script, " { type filter hook prerouting priority -150; policy accept; }", "prerouting");
        Chains(script, " { type filter hook input priority -10; policy accept; }", "input");
        Chains(script, " { type filter hook forward priority -10; policy accept; }", "forward");
        Chains(script, "", [.. bridges.SelectMany(b => Own.Select(o => $"{o}-{b}"))]);

        // The maps behind the chains they lead to: nft sends their elements with them.
        Add(script, "set", "bridges { type ifname; }");
        Add(script, "map", "outward { type ifname : verdict; }", "inward { type ifname : verdict; }", "rates { type ifname : verdict; }", "ports { type inet_service : verdict; flags interval; }");
        Add(script, "rule", "replies ct direction reply accept", "replies ct state related accept", $"replies icmpv6 type {Neighbours} accept");
        Add(script, "rule", "host jump replies", "host drop", "input iifname @bridges jump host");
        Add(script, "rule", "prerouting iifname vmap @rates", "prerouting jump replies", "prerouting iifname != \"lo\" fib daddr type local meta l4proto { tcp, udp } th dport vmap @ports");
        Add(script, "rule", "forward iifname vmap @outward", "forward oifname vmap @inward");
    }

    private static IEnumerable<string> At(ChainFirewall rules)
    {
        var api = $"tcp dport {Set(rules.ApiPorts)} accept";
        return
        [
            .. rules.Policy.ApiFrom.IsEmpty ? [api] : rules.Policy.ApiFrom.Select(r => $"{Address("saddr", r)} {api}"),
            .. rules.Peers.Select(p => $"{Address("saddr", AddressOf(p))} tcp dport {Set(rules.PeerPorts)} accept"),
            "drop",
        ];
    }

    private static IEnumerable<string> From(string bridge, ChainFirewall rules) =>
    [
        "jump replies",
        $"oifname \"{bridge}\" accept",
        $"ip daddr {rules.Policy.Pool} drop",
        .. rules.Peers.Select(p => $"{Address("daddr", AddressOf(p))} tcp dport {Set(ChainFirewall.PortsOf(p.FirstPort))} accept"),
        .. rules.Policy.MayReach.Select(r => $"{Address("daddr", r)} accept"),
        $"ip daddr {Private4} drop",
        $"ip6 daddr {Private6} drop",
    ];

    private static string[] To(string bridge) => ["jump replies", $"iifname \"{bridge}\" accept", "ct status dnat accept", "drop"];

    private static string[] Rate(ChainFirewall rules) => rules.BitsPerSecond / BitsPerByte is { } bytes
        ? [string.Create(CultureInfo.InvariantCulture, $"limit rate over {bytes} bytes/second burst {Math.Max(LeastBurstBytes, bytes / BurstsPerSecond)} bytes drop")]
        : [];

    private static string Set(IEnumerable<int> ports) => $"{{ {string.Join(", ", ports)} }}";

    private static string Address(string which, string range) => $"{(range.Contains(':', StringComparison.Ordinal) ? "ip6" : "ip")} {which} {range}";

    /// <summary>Written anew: what an order says goes into no script as it is.</summary>
    private static string AddressOf(Peer peer) => IPAddress.TryParse(peer.Address, out var address)
        ? $"{address}"
        : throw new HostToolException($"the order names '{peer.Address}' as the address of node {peer.Node}, and that is none");

    private void Chains(StringBuilder script, string hook, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            script.Append(CultureInfo.InvariantCulture, $"add chain inet {table} {name}{hook}\nflush chain inet {table} {name}\n");
        }
    }

    private void Add(StringBuilder script, string what, params IEnumerable<string> items) => Append(script, $"add {what}", items);

    private void Append(StringBuilder script, string command, IEnumerable<string> items)
    {
        foreach (var item in items)
        {
            script.Append(CultureInfo.InvariantCulture, $"{command} inet {table} {item}\n");
        }
    }
}
