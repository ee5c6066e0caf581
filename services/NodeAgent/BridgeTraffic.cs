using System.Globalization;
using System.Text.Json;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>
/// Bandwidth of a chain, shaped where its network meets the host, so that it holds for whatever runs in it and outlives restarts of the containers: towards
/// the chain by a token bucket on the bridge, from the chain by one on an intermediate device (IFB) that everything coming in from the bridge is led through.
/// </summary>
/// <remarks>The devices are ours by name, <c>skb-</c> and the network's id, and by alias, <c>NETWORK/NODE/NAME</c>.</remarks>
internal sealed class BridgeTraffic(Place place)
{
    private const int BitsPerByte = 8;
    private const int LeastBurstBytes = 32 * 1024;
    private const string Latency = "100ms";

    private string AliasPrefix => $"{place.Network}/{place.Node}/";

    /// <summary>Why this host cannot do it, found by doing it to a bridge of its own; null when it can.</summary>
    public async Task<string?> Fault()
    {
        var id = Guid.NewGuid().ToString("N");
        var trial = await HostTool.Try(async () =>
        {
            await HostTool.Run("ip", ["link", "add", BridgeOf(id), "type", "bridge"]);
            await Limit("probe", id, 8_000_000);
            if (await Read(id) != (8_000_000, 8_000_000))
            {
                throw new HostToolException("tc took the limits, but does not show them");
            }
        });
        await HostTool.Try(() => HostTool.Run("ip", ["link", "del", BridgeOf(id)]));
        return await HostTool.Try(() => Remove(id)) is { } rest ? trial ?? rest : trial;
    }

    /// <summary>Sets both directions anew; for an instant in between nothing is limited.</summary>
    public async Task Limit(string name, string network, long bitsPerSecond)
    {
        var (bridge, turn) = (BridgeOf(network), TurnOf(network));
        if (!Directory.Exists($"/sys/class/net/{turn}"))
        {
            await HostTool.Run("ip", ["link", "add", turn, "type", "ifb"]);
        }

        await HostTool.Run("ip", ["link", "set", "dev", turn, "alias", AliasPrefix + name, "up"]);
        await HostTool.Try(() => HostTool.Run("tc", ["qdisc", "del", "dev", bridge, "ingress"]));
        var bucket = string.Create(
            CultureInfo.InvariantCulture, $"tbf rate {bitsPerSecond}bit burst {Math.Max(LeastBurstBytes, bitsPerSecond / BitsPerByte / 100)} latency {Latency}");
        await HostTool.Run("tc", ["-batch", "-"], $"""
            qdisc replace dev {bridge} root {bucket}
            qdisc replace dev {turn} root {bucket}
            qdisc add dev {bridge} ingress
            filter add dev {bridge} parent ffff: protocol all prio 1 u32 match u32 0 0 action mirred egress redirect dev {turn}

            """);
    }

    /// <summary>Bits per second towards the chain and from it, as the kernel shows them; null where nothing limits.</summary>
    public static async Task<(long? In, long? Out)> Read(string network)
    {
        var (bridge, turn) = (BridgeOf(network), TurnOf(network));
        if (!Directory.Exists($"/sys/class/net/{bridge}"))
        {
            return (null, null);
        }

        var led = await HostTool.Run("tc", ["-json", "filter", "show", "dev", bridge, "ingress"]);
        return (await RateOf(bridge), Directory.Exists($"/sys/class/net/{turn}") && led.Contains($"\"{turn}\"", StringComparison.Ordinal) ? await RateOf(turn) : null);
    }

    /// <summary>The bridge takes its own rules along when it goes; this is what stays.</summary>
    public static async Task Remove(string network)
    {
        if (Directory.Exists($"/sys/class/net/{TurnOf(network)}"))
        {
            await HostTool.Run("ip", ["link", "del", TurnOf(network)]);
        }
    }

    /// <summary>Removes devices of this node whose bridge is gone.</summary>
    public async Task RemoveLeftovers()
    {
        foreach (var device in Directory.Exists("/sys/class/net") ? Directory.EnumerateDirectories("/sys/class/net", "skb-*").Select(Path.GetFileName).ToArray() : [])
        {
            var alias = KernelFile.Read($"/sys/class/net/{device}/ifalias");
            var hasBridge = Directory.EnumerateDirectories("/sys/class/net", $"br-{device![4..]}*").Any();
            if (!hasBridge && alias?.StartsWith(AliasPrefix, StringComparison.Ordinal) == true)
            {
                await HostTool.Run("ip", ["link", "del", device]);
            }
        }
    }

    // The kernel's names have 15 characters at most; the engine names a bridge by 12 of the network's id.
    private static string BridgeOf(string network) => $"br-{network[..12]}";

    private static string TurnOf(string network) => $"skb-{network[..11]}";

    private static async Task<long?> RateOf(string device)
    {
        using var shown = JsonDocument.Parse(await HostTool.Run("tc", ["-json", "qdisc", "show", "dev", device, "root"]));
        return shown.RootElement.EnumerateArray()
            .Where(q => q.GetProperty("kind").GetString() == "tbf")
            .Select(q => (long?)q.GetProperty("options").GetProperty("rate").GetInt64() * BitsPerByte)
            .FirstOrDefault();
    }
}
