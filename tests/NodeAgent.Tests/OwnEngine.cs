using System.Globalization;
using Skale.Docker;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>
/// A Docker Engine of the test's own beside the machine's, to be killed: own data, own socket, own containerd, own bridge. It writes no rules of the kernel's firewall, since
/// those it would share; published ports go through its proxy.
/// </summary>
/// <remarks>Never <c>--bridge none</c>: the engine then deletes <c>docker0</c>, which is the machine's.</remarks>
internal sealed class OwnEngine : IAsyncDisposable
{
    /// <summary>The machine's engine does not know its networks: they need a range of their own.</summary>
    public const string SubnetPool = "10.64.0.0/12";

    private const string Program = "/usr/sbin/dockerd";
    private readonly string folder = Repository.NewFolder("dockerd");
    private readonly string bridge = $"skt-{Guid.NewGuid():N}"[..15];
    private ServerProcess? engine;

    private OwnEngine()
    {
    }

    public EngineEndpoint Endpoint => EngineEndpoint.Parse($"unix://{folder}/docker.sock");

    /// <param name="holdsStarts">Containers come to the point where all is made and their process waits for the word to begin, and stay there for as long as <see cref="Hold"/> says.</param>
    public static async Task<OwnEngine> Start(bool holdsStarts = false)
    {
        if (!Environment.IsPrivilegedProcess || !File.Exists(Program))
        {
            Assert.Skip($"An engine of the test's own takes root and {Program}.");
        }

        var own = new OwnEngine();
        try
        {
            if (holdsStarts)
            {
                await own.MakeRuntime();
            }

            await HostTool.Run("ip", ["link", "add", own.bridge, "type", "bridge"]);
            await HostTool.Run("ip", ["addr", "add", $"10.79.{Random.Shared.Next(256)}.1/24", "dev", own.bridge]);
            await HostTool.Run("ip", ["link", "set", own.bridge, "up"]);
            await own.Restart();
            return own;
        }
        catch
        {
            await own.DisposeAsync();
            throw;
        }
    }

    /// <summary>From now on, or no longer.</summary>
    public void Hold(bool starts)
    {
        if (starts)
        {
            File.WriteAllText($"{folder}/hold", "");
            return;
        }

        File.Delete($"{folder}/hold");
    }

    /// <summary>The containers that are being held, or were.</summary>
    public IReadOnlyList<string> Held => File.Exists($"{folder}/held") ? File.ReadAllLines($"{folder}/held") : [];

    /// <summary>Starts it again on the same data, after a kill; and once more when it ends while it starts, as a machine's init does.</summary>
    public async Task Restart()
    {
        Begin();
        using var docker = new DockerEngine(Endpoint);
        var ends = "";
        try
        {
            await Wait.Until("the test's own engine to answer", async () =>
            {
                if (engine!.HasExited)
                {
                    ends += $" It ended with {engine.ExitCode}, saying: {engine.Output[^Math.Min(500, engine.Output.Length)..]}";
                    Begin();
                }

                await docker.Ping();
                return true;
            }, Wait.Patience);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}{ends} Its last output: {engine!.Output[^Math.Min(2000, engine.Output.Length)..]}", e);
        }
    }

    /// <summary>SIGKILL to the engine, with which its containerd dies: its containers run on until it is back, and what it does then is its own affair.</summary>
    public async Task Kill()
    {
        await engine!.Kill();
        // Where nobody waits for orphans, containerd stays a zombie, and the engine would take that for a living one.
        File.Delete($"{folder}/exec/containerd/containerd.pid");
    }

    /// <summary>Killed once more and started, on books that it put in order at its last start.</summary>
    public async Task Restarted()
    {
        await Kill();
        await Restart();
    }

    /// <summary>
    /// SIGKILL to the engine, its containerd and every process of its containers; mounts and what is in its /run go too, as when the machine loses power. Bridges stay.
    /// </summary>
    public async Task KillAll()
    {
        await engine!.Kill();
        foreach (var process in Ours())
        {
            await HostTool.Try(() => HostTool.Run("kill", ["-KILL", $"{process}"]));
        }

        await Wait.Until("all processes of the test's own engine to be gone", () => Ours().Count == 0, Wait.Patience);
        foreach (var mount in (await File.ReadAllLinesAsync("/proc/self/mountinfo")).Select(l => l.Split(' ')[4]).Where(p => p.StartsWith(folder, StringComparison.Ordinal)).Reverse())
        {
            await HostTool.Try(() => HostTool.Run("umount", ["-l", mount]));
        }

        if (Directory.Exists($"{folder}/exec"))
        {
            Directory.Delete($"{folder}/exec", recursive: true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (engine is not null)
        {
            await KillAll();
            await engine.DisposeAsync();
        }

        await HostTool.Try(() => HostTool.Run("ip", ["link", "del", bridge]));
        Directory.Delete(folder, recursive: true);
    }

    private void Begin() => engine = ServerProcess.Start(Program,
    [
        "--host", $"unix://{folder}/docker.sock", "--data-root", $"{folder}/data", "--exec-root", $"{folder}/exec", "--pidfile", $"{folder}/pid",
        "--bridge", bridge, "--iptables=false", "--ip-masq=false", "--config-file", Configuration(),
        .. File.Exists(Runtime) ? ["--add-runtime", $"held={Runtime}", "--default-runtime", "held"] : Array.Empty<string>(),
    ]);

    private string Runtime => $"{folder}/runtime";

    /// <summary>runc, but for one moment: the id of the container is its last argument.</summary>
    private async Task MakeRuntime()
    {
        await File.WriteAllTextAsync(Runtime, $"#!/bin/sh\ncase \" $* \" in *\" start \"*) for id; do :; done; [ ! -e {folder}/hold ] || echo $id >> {folder}/held\nwhile [ -e {folder}/hold ]; do sleep 0.05; done;; esac\nexec runc \"$@\"\n");
        File.SetUnixFileMode(Runtime, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    /// <summary>Without what the machine's engine is told.</summary>
    private string Configuration()
    {
        File.WriteAllText($"{folder}/empty.json", "{}");
        return $"{folder}/empty.json";
    }

    /// <summary>containerd, the shims and proxies by their command lines; the containers' processes as the shims' children.</summary>
    private List<int> Ours()
    {
        var all = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(n => n!.All(char.IsAsciiDigit)).Select(n => int.Parse(n!, CultureInfo.InvariantCulture))
            .Select(id => (Id: id, Parent: ParentOf(id), Line: KernelFile.Read($"/proc/{id}/cmdline") ?? "")).Where(p => p.Line.Length > 0).ToList();
        var ours = all.Where(p => p.Line.Contains(folder, StringComparison.Ordinal)).Select(p => p.Id).ToHashSet();
        while (all.Where(p => ours.Contains(p.Parent)).Select(p => p.Id).Where(ours.Add).ToList().Count > 0)
        {
        }

        ours.Remove(Environment.ProcessId);
        return [.. ours];
    }

    private static int ParentOf(int id) =>
        KernelFile.Read($"/proc/{id}/stat") is { } stat ? int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture) : 0;
}
