using System.Net.Sockets;
using System.Text;
using Skale.Servers;

namespace Skale.Story.Tests;

/// <summary>
/// A whole Debian with systemd, control groups of the second version and a kernel of its own, made by <c>tests/machine/make</c> and emulated: slow, and what operators have.
/// This machine's loopback is <see cref="Host"/> there.
/// </summary>
internal sealed class VirtualMachine : IAsyncDisposable
{
    public const string Host = "10.0.2.2";
    private const char Ended = '\u001e';
    private static readonly TimeSpan ToBoot = TimeSpan.FromMinutes(5), ToMake = TimeSpan.FromMinutes(10);

    private readonly string folder;
    private readonly Socket listener;
    private readonly ServerProcess process;
    private readonly StringBuilder unread = new();
    private Socket port = null!;

    private VirtualMachine(string folder, Socket listener, ServerProcess process) => (this.folder, this.listener, this.process) = (folder, listener, process);

    /// <summary>Returns when it has booted.</summary>
    /// <param name="image">What chains run, as the engine here calls it.</param>
    public static async Task<VirtualMachine> Boot(string image)
    {
        var folder = Repository.NewFolder("machine");
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var tar = Path.Combine(folder, "image.tar");
        await ServerProcess.Run("docker", ["save", "--output", tar, image], ToMake);
        await ServerProcess.Run(
            Repository.Path("tests", "machine", "make"),
            [folder, Path.GetDirectoryName(Repository.Program("cli", "skale"))!, Path.GetDirectoryName(Repository.Program("services/NodeAgent", "Skale.NodeAgent"))!, tar],
            ToMake);
        listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(folder, "port")));
        listener.Listen();
        var machine = new VirtualMachine(folder, listener, ServerProcess.Start("qemu-system-x86_64", [
            .. Environment.GetEnvironmentVariable("SKALE_KVM") == "1" ? (string[])["-enable-kvm", "-cpu", "host"] : ["-accel", "tcg,thread=multi", "-cpu", "max"],
            "-smp", "2", "-m", "4096", "-display", "none", "-kernel", "kernel", "-initrd", "initrd", "-append", "console=ttyS0 root=/dev/vda rw", "-drive", "file=disk.img,if=virtio,format=raw,cache=unsafe",
            "-nic", "user,model=virtio-net-pci", "-serial", "file:console", "-serial", "unix:port"], folder: folder));
        try
        {
            using var limit = new CancellationTokenSource(ToBoot);
            machine.port = await listener.AcceptAsync(limit.Token);
            await machine.Answer("to boot", ToBoot);
            return machine;
        }
        catch
        {
            await machine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs lines of a shell as root.</summary>
    public async Task<(int Code, string Output)> Run(string lines, TimeSpan? atMost = null)
    {
        await port.SendAsync(Encoding.ASCII.GetBytes($"{Convert.ToBase64String(Encoding.UTF8.GetBytes(lines))}\n"));
        return await Answer(lines, atMost ?? Wait.Patience);
    }

    /// <summary>What lines of a shell print that must succeed, without the end of the last line.</summary>
    public async Task<string> Output(string lines, TimeSpan? atMost = null)
    {
        var (code, output) = await Run(lines, atMost);
        return code == 0 ? output.TrimEnd() : throw new InvalidOperationException($"'{lines}' ended with {code}: {output}");
    }

    /// <summary>An orderly restart by its own systemd; returns when it has booted again.</summary>
    public async Task Reboot()
    {
        await Run("systemctl reboot");
        await Answer("to boot again", ToBoot);
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        port?.Dispose();
        listener.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task<(int Code, string Output)> Answer(string what, TimeSpan atMost)
    {
        using var limit = new CancellationTokenSource(atMost);
        var bytes = new byte[4096];
        while (true)
        {
            var said = unread.ToString();
            var end = said.IndexOf(Ended, StringComparison.Ordinal);
            var line = end < 0 ? -1 : said.IndexOf('\n', end);
            if (line >= 0)
            {
                unread.Remove(0, line + 1);
                return (int.Parse(said[(end + 1)..line], null), said[..end]);
            }

            try
            {
                var read = await port.ReceiveAsync(bytes, limit.Token);
                unread.Append(read > 0 ? Encoding.UTF8.GetString(bytes, 0, read) : throw new InvalidOperationException($"The virtual machine ended: {process.Output}"));
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Waited {atMost.TotalSeconds:0} s for the virtual machine: {what}. It said: {said}");
            }
        }
    }
}
