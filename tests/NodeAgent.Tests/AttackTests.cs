using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Skale.NodeAgent.Domain;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>From inside a chain's container, on the real engine: what a hostile chain tries, and what keeps it in.</summary>
public sealed class AttackTests : IAsyncLifetime
{
    private const int Port = 8545;
    private EngineNode node = null!;
    private AttackBox box = null!;

    public async ValueTask InitializeAsync()
    {
        node = await EngineNode.Open();
        box = await AttackBox.Open(node);
    }

    public async ValueTask DisposeAsync() => await node.DisposeAsync();

    [Fact]
    public async Task a_fork_bomb_ends_at_its_own_pids()
    {
        box.Need(Limit.Pids);
        var output = await box.Run("i=0; while [ $i -lt 200 ]; do $b sleep 30 & i=$((i+1)); done; echo never");
        Assert.Contains("can't fork", output, StringComparison.Ordinal);
        Assert.DoesNotContain("never", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_memory_hog_is_killed_at_its_own_limit()
    {
        box.Need(Limit.Memory);
        Assert.Contains("ended 137", await box.Run("$b dd if=/dev/zero of=/dev/null bs=512M count=1; echo ended $?"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_disk_filler_fills_its_own_volume_and_nothing_else()
    {
        box.Need(Limit.Disk);
        var output = await box.Run("""
            $b dd if=/dev/zero of=/data/fill bs=1M count=100 2>&1
            $b dd if=/dev/zero of=/tmp/fill bs=1M count=100 2>&1
            echo x > /fill
            """);
        Assert.Contains("'/data/fill': No space left on device", output, StringComparison.Ordinal);
        Assert.Contains("'/tmp/fill': No space left on device", output, StringComparison.Ordinal);
        Assert.Contains("/fill: Read-only file system", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task an_io_hog_gets_its_own_rate()
    {
        box.Need(Limit.DiskWriteBytes);
        var output = await box.Run("from=$($b date +%s); $b dd if=/dev/zero of=/data/x bs=1M count=16 oflag=direct; to=$($b date +%s); echo seconds $((to-from))");
        Assert.True(Number(output, "seconds ") >= 3, "16 MiB at 4 MiB per second take 4 seconds");
    }

    [Fact]
    public async Task a_bandwidth_hog_gets_its_own_rate_out()
    {
        box.Need(Limit.NetworkOut);
        var hog = await box.Start("hog", $"$b dd if=/dev/zero bs=64k count=64 | $b nc -l -p {Port}");
        using var client = await Connect(AttackBox.AddressOf(hog));
        var clock = Stopwatch.StartNew();
        var (buffer, total) = (new byte[1 << 16], 0L);
        using var limit = new CancellationTokenSource(Wait.Patience);
        while (total < 64 * 65_536 && await client.GetStream().ReadAsync(buffer, limit.Token) is > 0 and var read)
        {
            total += read;
        }

        Assert.Equal(64 * 65_536, total);
        Assert.True(clock.Elapsed > TimeSpan.FromSeconds(3), $"4 MiB at 8 Mbit/s take 4.2 s, these took {clock.Elapsed.TotalSeconds:0.0} s");
    }

    [Fact]
    public async Task a_bandwidth_hog_gets_its_own_rate_in()
    {
        box.Need(Limit.NetworkIn);
        var hog = await box.Start("hog", $"$b nc -l -p {Port} | $b dd bs=64k count=64 iflag=fullblock of=/dev/null; exit 0");
        using var client = await Connect(AttackBox.AddressOf(hog));
        var clock = Stopwatch.StartNew();
        using var limit = new CancellationTokenSource(Wait.Patience);
        await client.GetStream().WriteAsync(new byte[64 * 65_536], limit.Token);
        client.Client.Shutdown(SocketShutdown.Send);
        await node.Engine.Containers.Wait(hog.Id, limit.Token);
        Assert.True(clock.Elapsed > TimeSpan.FromSeconds(3), $"4 MiB at 8 Mbit/s take 4.2 s, these took {clock.Elapsed.TotalSeconds:0.0} s");
    }

    [Fact]
    public async Task mounts_raw_sockets_and_the_processes_of_others_are_out_of_reach()
    {
        var output = await box.Run($"""
            $b mount -t tmpfs none /tmp && echo mounted
            $b mount -o remount,rw / && echo remounted
            $b arping -c 1 -I eth0 10.0.0.1 && echo raw
            [ -e /proc/{Environment.ProcessId}/mem ] && echo sees the host
            $b ls /run/docker.sock /var/run/docker.sock && echo engine
            echo x > /proc/sys/kernel/core_pattern && echo core pattern
            $b mknod /tmp/vda b 254 0 && echo device
            $b chroot / true && echo chroot
            $b grep -E 'CapEff|CapBnd|NoNewPrivs|Seccomp:' /proc/self/status
            echo processes $($b ls /proc | $b grep -c '^[0-9]')
            """);
        Assert.All(["mounted", "remounted", "raw", "sees the host", "engine", "core pattern", "device", "chroot"], word => Assert.DoesNotContain(word, output.Split('\n')));
        Assert.All(["CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"], word => Assert.Contains(word, output.Split('\n')));
        Assert.True(Number(output, "processes ") < 8, "only its own processes are visible");
    }

    [Fact]
    public async Task another_chains_network_is_out_of_reach()
    {
        var neighbour = await box.Start("neighbour", $"while true; do echo here | $b nc -l -p {Port}; done", slot: 1);
        (await Connect(AttackBox.AddressOf(neighbour))).Dispose();
        var output = await box.Run($"$b nc -w 3 {AttackBox.AddressOf(neighbour)} {Port} < /dev/null && echo reached; echo tried");
        Assert.Contains("tried", output, StringComparison.Ordinal);
        Assert.DoesNotContain("reached", output, StringComparison.Ordinal);
        Assert.DoesNotContain("here", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task the_hosts_ports_are_out_of_reach_by_whichever_of_its_addresses()
    {
        box.Need(Limit.Firewall);
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        _ = listener.AcceptTcpClientAsync().ContinueWith(accepted => accepted.Result.Dispose(), TaskContinuationOptions.OnlyOnRanToCompletion);
        var output = await box.Run($"""
            gateway=$($b ip route | $b sed -n 's/^default via \([^ ]*\).*/\1/p')
            for address in $gateway {string.Join(' ', HostAddresses())}; do $b nc -w 2 $address {port} < /dev/null && echo reached $address; done
            $b ping -c 1 -W 1 $gateway > /dev/null && echo reached by ping
            echo tried $gateway
            """);
        Assert.Matches(@"tried \d+\.\d+\.\d+\.\d+", output);
        Assert.DoesNotContain("reached", output, StringComparison.Ordinal);
        // The listener is there, and what holds the chain back holds nobody else.
        (await Connect(IPAddress.Loopback, port)).Dispose();
    }

    private static IEnumerable<IPAddress> HostAddresses() => NetworkInterface.GetAllNetworkInterfaces()
        .Where(i => !i.Name.StartsWith("br-", StringComparison.Ordinal))
        .SelectMany(i => i.GetIPProperties().UnicastAddresses).Select(a => a.Address).Where(a => a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a));

    private static int Number(string output, string after) =>
        int.Parse(output.Split('\n').Single(l => l.StartsWith(after, StringComparison.Ordinal))[after.Length..], CultureInfo.InvariantCulture);

    private static async Task<TcpClient> Connect(IPAddress address, int port = Port)
    {
        TcpClient? client = null;
        await Wait.Until(
            $"{address}:{port} accepts",
            async () =>
            {
                client = new TcpClient();
                await client.ConnectAsync(address, port);
                return true;
            },
            Wait.Patience);
        return client!;
    }
}
