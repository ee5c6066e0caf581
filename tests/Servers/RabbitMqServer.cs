using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Skale.Servers;

/// <summary>
/// A RabbitMQ broker of our own on free loopback ports, apart from any other on the machine: own data, own cookie, own port mapper.
/// Tests share one and take a virtual host each.
/// </summary>
public sealed class RabbitMqServer : IAsyncDisposable
{
    /// <summary>Virtual hosts are made while it boots: later each would cost the start of another Erlang machine.</summary>
    private const int VirtualHosts = 48;

    // Debian's /usr/sbin/rabbitmq-server changes user and hides the output.
    private const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";
    private const string ControlProgram = "/usr/lib/rabbitmq/bin/rabbitmqctl";
    private static readonly TimeSpan StartsWithin = Wait.Patience;

    private readonly string folder = Repository.NewFolder("rabbitmq");
    private readonly int mapperPort = Repository.FreePort();
    private readonly int peerPort = Repository.FreePort();
    private ServerProcess? mapper;
    private ServerProcess? broker;
    private int taken;

    private RabbitMqServer()
    {
    }

    public int Port { get; } = Repository.FreePort();

    public const string UserName = "skale";

    public string Password { get; } = RandomNumberGenerator.GetHexString(24, lowercase: true);

    /// <summary>What the broker has printed since it was started last.</summary>
    public string Output => broker?.Output ?? "";

    /// <exception cref="FileNotFoundException">RabbitMQ is not installed.</exception>
    /// <exception cref="TimeoutException">It does not answer within <see cref="Wait.Patience"/>; carries its output.</exception>
    public static async Task<RabbitMqServer> Start(CancellationToken cancellation = default)
    {
        if (!File.Exists(Program))
        {
            throw new FileNotFoundException($"{Program} is missing: run scripts/setup test (./test does).");
        }

        var server = new RabbitMqServer();
        try
        {
            server.WriteConfiguration();
            server.mapper = ServerProcess.Start("epmd", ["-port", $"{server.mapperPort}", "-address", "127.0.0.1"]);
            await server.Restart(cancellation);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The address of an empty virtual host that no other test uses: <c>amqp://user:password@127.0.0.1:port/name</c>.</summary>
    public Uri NewVirtualHost()
    {
        var number = Interlocked.Increment(ref taken);
        return number <= VirtualHosts
            ? new Uri($"amqp://{UserName}:{Password}@127.0.0.1:{Port}/test-{number}")
            : throw new InvalidOperationException($"All {VirtualHosts} virtual hosts of this broker are taken: raise {nameof(RabbitMqServer)}.{nameof(VirtualHosts)}.");
    }

    /// <summary>
    /// Waits until a new quorum queue outlives <see cref="Kill"/>. RabbitMQ 3.10 keeps the name it filed the queue's log under
    /// in memory for about 3 s; killed before, it finds neither log nor leader again, confirmed messages included. Its bindings it keeps in
    /// a log that is written as late: that is told to be written.
    /// </summary>
    public async Task QueueIsOnDisk(Uri virtualHost, string queue)
    {
        await Wait.Until(
            $"RabbitMQ to write the name of queue {queue} to disk",
            () => Directory.EnumerateFiles(Path.Combine(folder, "data"), "names.dets", SearchOption.AllDirectories)
                .Any(file => Contains(file, $"{virtualHost.AbsolutePath[1..]}_{queue}")),
            Wait.Patience);
        await ServerProcess.Run(ControlProgram, ["eval", "ok = mnesia:sync_log()."], StartsWithin, Environment());
    }

    /// <summary>SIGKILL: connections break, durable data stays for <see cref="Restart"/>; see <see cref="QueueIsOnDisk"/>.</summary>
    public Task Kill() => broker!.Kill();

    /// <summary>Starts it again on the same ports and data, after <see cref="Kill"/>.</summary>
    public async Task Restart(CancellationToken cancellation = default)
    {
        if (broker is not null)
        {
            await broker.DisposeAsync();
        }

        var started = broker = ServerProcess.Start(Program, [], Environment(), folder);
        try
        {
            await Wait.Until($"RabbitMQ to answer on port {Port}", () => Answers(started, cancellation), StartsWithin, cancellation);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} Its output: {Output}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in new[] { broker, mapper })
        {
            if (process is not null)
            {
                await process.DisposeAsync();
            }
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>It says it is up, which is after it listens, and speaks AMQP on our port.</summary>
    private async Task<bool> Answers(ServerProcess started, CancellationToken cancellation)
    {
        if (started.HasExited)
        {
            throw new InvalidOperationException($"RabbitMQ ended with {started.ExitCode}.");
        }

        if (!started.Output.Contains("Server startup complete", StringComparison.Ordinal))
        {
            return false;
        }

        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port, cancellation);
        var stream = client.GetStream();
        await stream.WriteAsync("AMQP\0\0\u0009\u0001"u8.ToArray(), cancellation);
        return await stream.ReadAsync(new byte[1], cancellation) == 1;
    }

    private static bool Contains(string path, string text)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        return bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)).IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;
    }

    private void WriteConfiguration()
    {
        File.WriteAllText(Path.Combine(folder, "enabled_plugins"), "[].\n");
        File.WriteAllText(Path.Combine(folder, "definitions.json"), Definitions());
        File.WriteAllText(Path.Combine(folder, "rabbitmq.conf"), $"""
            load_definitions = {folder}/definitions.json
            log.console = true
            log.console.level = info
            log.file = false
            disk_free_limit.absolute = 10MB

            """);
    }

    private string Definitions()
    {
        var hosts = Enumerable.Range(1, VirtualHosts).Select(number => $"test-{number}").ToArray();
        return JsonSerializer.Serialize(new
        {
            users = new[] { new { name = UserName, password = Password, tags = "" } },
            vhosts = hosts.Select(name => new { name }),
            permissions = hosts.Select(vhost => new { user = UserName, vhost, configure = ".*", write = ".*", read = ".*" }),
        });
    }

    private Dictionary<string, string> Environment() => new()
    {
        ["HOME"] = folder,
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["ERL_EPMD_PORT"] = $"{mapperPort}",
        ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
        ["RABBITMQ_CONFIG_FILE"] = $"{folder}/rabbitmq.conf",
        ["RABBITMQ_DIST_PORT"] = $"{peerPort}",
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = $"{folder}/enabled_plugins",
        ["RABBITMQ_LOG_BASE"] = $"{folder}/log",
        ["RABBITMQ_MNESIA_BASE"] = $"{folder}/data",
        ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODENAME"] = $"skale-{Port}@localhost",
        ["RABBITMQ_NODE_PORT"] = $"{Port}",

        // The script then becomes the broker instead of its parent: a SIGKILL meets the broker itself.
        ["RUNNING_UNDER_SYSTEMD"] = "true",
    };
}
