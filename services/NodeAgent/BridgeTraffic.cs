using System.Globalization;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>
/// Bandwidth towards a chain, shaped by a token bucket on the bridge of its network, so that it holds for whatever runs there and outlives restarts of the containers. What leaves the
/// chain is the firewall's: redirected to a device that could shape it, a packet loses the connection it belongs to, and with it the way back through a published port.
/// </summary>
internal sealed class BridgeTraffic(Place place)
{
    private const int BitsPerByte = 8;
    private const int LeastBurstBytes = 32 * 1024;
    private const string Latency = "100ms";

    // Earlier agents shaped what left a chain at a device of this name, with this alias before the container's name.
    private const string EarlierDevices = "skb-";

    private string AliasPrefix => $"{place.Network}/{place.Node}/";

    /// <summary>Why this host cannot do it, found by doing it to a bridge of its own; null when it can.</summary>
    public static async Task<string?> Fault()
    {
        var id = Guid.NewGuid().ToString("N");
        var trial = await HostTool.Try(async () =>
        {
            await HostTool.Run("ip", ["link", "add", BridgeOf(id), "type", "bridge"]);
            await Limit(id, 8_000_000);
            if (Read(id) != 8_000_000)
            {
                throw new HostToolException("tc took the limit, but does not show it");
            }
        });
        await HostTool.Try(() => HostTool.Run("ip", ["link", "del", BridgeOf(id)]));
        return trial;
    }

    public static async Task Limit(string network, long bitsPerSecond)
    {
        await Remove(network);
        await HostTool.Run("tc", string.Create(
            CultureInfo.InvariantCulture,
            $"qdisc replace dev {BridgeOf(network)} root tbf rate {bitsPerSecond}bit burst {Math.Max(LeastBurstBytes, bitsPerSecond / BitsPerByte / 100)} latency {Latency}").Split(' '));
    }

    /// <summary>Bits per second towards the chain, as the kernel tells; null where nothing limits.</summary>
    public static long? Read(string network)
    {
        // linux/rtnetlink.h and pkt_sched.h: the device's number, any handle, the root.
        const ushort NewQdisc = 36, GetQdisc = 38;
        const int TcMessageBytes = 20, Kind = 1, Options = 2, Parameters = 1, RateAt = 8, Rate64 = 4;
        if (!int.TryParse(KernelFile.Read($"/sys/class/net/{BridgeOf(network)}/ifindex"), CultureInfo.InvariantCulture, out var device))
        {
            return null;
        }

        var question = new byte[TcMessageBytes];
        BitConverter.TryWriteBytes(question.AsSpan(4), device);
        BitConverter.TryWriteBytes(question.AsSpan(12), uint.MaxValue);
        if (Netlink.Ask(Netlink.Route, GetQdisc, NewQdisc, question) is not { Length: > TcMessageBytes } answer || !Netlink.Attribute(answer.AsSpan(TcMessageBytes), Kind).StartsWith("tbf\0"u8))
        {
            return null;
        }

        var options = Netlink.Attribute(answer.AsSpan(TcMessageBytes), Options);
        var rate = Netlink.Attribute(options, Parameters);
        var large = Netlink.Attribute(options, Rate64);
        return large.Length == sizeof(ulong) ? (long)BitConverter.ToUInt64(large) * BitsPerByte
            : rate.Length >= RateAt + sizeof(uint) ? (long)BitConverter.ToUInt32(rate[RateAt..]) * BitsPerByte : null;
    }

    /// <summary>The bridge takes its own rules along when it goes; this is what earlier agents left.</summary>
    public static async Task Remove(string network)
    {
        var device = $"{EarlierDevices}{network[..11]}";
        if (Directory.Exists($"/sys/class/net/{device}"))
        {
            await HostTool.Try(() => HostTool.Run("tc", ["qdisc", "del", "dev", BridgeOf(network), "ingress"]));
            await HostTool.Run("ip", ["link", "del", device]);
        }
    }

    /// <summary>Removes devices of this node whose bridge is gone.</summary>
    public async Task RemoveLeftovers()
    {
        foreach (var device in Directory.Exists("/sys/class/net") ? Directory.EnumerateDirectories("/sys/class/net", $"{EarlierDevices}*").Select(Path.GetFileName).ToArray() : [])
        {
            var alias = KernelFile.Read($"/sys/class/net/{device}/ifalias");
            var hasBridge = Directory.EnumerateDirectories("/sys/class/net", $"br-{device![EarlierDevices.Length..]}*").Any();
            if (!hasBridge && alias?.StartsWith(AliasPrefix, StringComparison.Ordinal) == true)
            {
                await HostTool.Run("ip", ["link", "del", device]);
            }
        }
    }

    // The kernel's names have 15 characters at most; the engine names a bridge by 12 of the network's id.
    private static string BridgeOf(string network) => $"br-{network[..12]}";
}
