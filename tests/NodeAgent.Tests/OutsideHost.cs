using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>
/// Another machine beside this one: a network namespace on a link of its own, with two addresses, and a way back to the chains' networks through this machine.
/// </summary>
internal sealed class OutsideHost : IAsyncDisposable
{
    public const string HereV6 = "fd5a:ca1e::1";
    public const string MemberV6 = "fd5a:ca1e::2";
    public const string StrangerV6 = "fd5a:ca1e::3";

    private static int made;
    private readonly string name = $"skt{Environment.ProcessId % 100_000}x{Interlocked.Increment(ref made)}";
    private readonly string subnet = $"10.{Random.Shared.Next(1, 120)}.{Random.Shared.Next(0, 256)}";

    /// <summary>Of this machine on the link.</summary>
    public string Here => $"{subnet}.1";

    /// <summary>Of the other machine.</summary>
    public string Member => $"{subnet}.2";

    public string Stranger => $"{subnet}.3";

    public static async Task<OutsideHost> Open()
    {
        var host = new OutsideHost();
        var (name, subnet) = (host.name, host.subnet);
        await Ip("netns", "add", name);
        await Ip("link", "add", name, "type", "veth", "peer", "name", "out", "netns", name);
        await Ip("address", "add", $"{host.Here}/24", "dev", name);
        await Ip("address", "add", $"{HereV6}/64", "dev", name, "nodad");
        await Ip("link", "set", name, "up");
        foreach (var address in new[] { $"{host.Member}/24", $"{host.Stranger}/24" })
        {
            await Ip("-n", name, "address", "add", address, "dev", "out");
        }

        foreach (var address in new[] { $"{MemberV6}/64", $"{StrangerV6}/64" })
        {
            await Ip("-n", name, "address", "add", address, "dev", "out", "nodad");
        }

        await Ip("-n", name, "link", "set", "out", "up");
        await Ip("-n", name, "link", "set", "lo", "up");
        await Ip("-n", name, "route", "add", "default", "via", host.Here);
        return host;
    }

    /// <summary>Whether a connection from one of its addresses gets an answer.</summary>
    public async Task<bool> Reaches(string from, string address, int port) => (await Listen(from, address, port, 1)).Contains("here", StringComparison.Ordinal);

    /// <summary>Connects and returns what it hears until so many bytes are there, or nothing more comes for 2 s.</summary>
    public Task<string> Listen(string from, string address, int port, int bytes) => HostTool.Run("ip", ["netns", "exec", name, "/usr/bin/python3", "-"], $"""
        import socket
        heard = b""
        try:
            link = socket.create_connection(("{address}", {port}), 2, ("{from}", 0))
            while len(heard) < {bytes} and (more := link.recv(100)):
                heard += more
        except OSError as e:
            heard += str(e).encode()
        print(heard.decode())
        """);

    /// <summary>Answers on a port until this is disposed of.</summary>
    public async Task Serve(int port)
    {
        await HostTool.Run("ip", ["netns", "exec", name, "sh", "-c", $"{Busybox} nc -ll -p {port} -e {Busybox} echo here > /dev/null 2>&1 &"]);
        await Wait.Until($"the other machine answers on {port}", () => Reaches("127.0.0.1", "127.0.0.1", port), Wait.Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await HostTool.Try(() => HostTool.Run("sh", ["-c", $"for p in $(ip netns pids {name}); do kill $p; done"]));
        await HostTool.Try(() => Ip("link", "del", name));
        await HostTool.Try(() => Ip("netns", "del", name));
    }

    private static string Busybox => Repository.Tool("busybox");

    private static Task<string> Ip(params string[] arguments) => HostTool.Run("ip", arguments);
}
