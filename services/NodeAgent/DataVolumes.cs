using System.Globalization;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>
/// Data volumes of a fixed size: each a sparse file with an ext4 file system, attached to a loop device that the engine mounts. The engine knows the
/// device by a link of ours, <c>/dev/skale/NAME</c>: loop devices are numbered anew after every start of the machine, and until this agent has made the
/// link again, a chain that the engine starts by itself finds no data rather than somebody else's.
/// </summary>
internal sealed class DataVolumes
{
    /// <inheritdoc cref="DataVolume.LeastBytes"/>
    public const long LeastBytes = DataVolume.LeastBytes;

    /// <summary>Endings of what is to take the place of a volume's data, and of what that replaced.</summary>
    public const string Staged = ".restored", Replaced = ".replaced";

    private const string Links = "/dev/skale";
    private const string Suffix = ".img";
    private readonly string folder;
    private readonly Place place;

    /// <param name="root">Folder for all agents of this machine; each has its own within.</param>
    public DataVolumes(string root, Place place)
    {
        folder = Path.Combine(Path.GetFullPath(root), place.Network, $"{place.Node}");
        this.place = place;
    }

    public static string DeviceOf(string volume) => $"{Links}/{volume}";

    /// <summary>Why this host cannot do it, found by doing it with a small one; null when it can.</summary>
    public Task<string?> Fault() => HostTool.Try(async () =>
    {
        var probe = place.NameOf(new($"probe-{Guid.NewGuid():N}"));
        try
        {
            await Provide(probe, LeastBytes);
        }
        finally
        {
            await Remove(probe);
        }
    });

    /// <summary>Makes the file unless it is there, and attaches it. What is there keeps its data and size.</summary>
    /// <param name="forAll">Every user may write to it.</param>
    public async Task Provide(string volume, long bytes, bool forAll = false)
    {
        var image = ImageOf(volume);
        if (!File.Exists(image))
        {
            var growing = image + ".new";
            await HostTool.Run("install", ["-d", "-m", "700", folder]);
            await Format(growing, bytes, forAll);
            File.Move(growing, image);
        }

        await Attach(volume);
    }

    /// <summary>Makes a file with an empty file system.</summary>
    /// <param name="forAll">Every user may write to it.</param>
    public static async Task Format(string image, long bytes, bool forAll = false)
    {
        await using (var file = new FileStream(image, FileMode.Create))
        {
            file.SetLength(Math.Max(bytes, LeastBytes));
        }

        await HostTool.Run("mkfs.ext4", ["-q", "-F", "-m", "0", "-E", "nodiscard", image]);
        // Only an empty volume takes over what the image has at its path, with its owner.
        await HostTool.Run("debugfs", ["-w", "-R", "rmdir lost+found", image]);
        if (forAll)
        {
            await HostTool.Run("debugfs", ["-w", "-R", "set_inode_field / mode 041777", image]);
        }
    }

    /// <summary>Attaches what is not attached; nothing when the volume has no file here.</summary>
    public async Task Attach(string volume)
    {
        var image = ImageOf(volume);
        if (!File.Exists(image))
        {
            return;
        }

        var device = LoopDevices.Backed().FirstOrDefault(l => l.File == image).Device ?? (await HostTool.Run("losetup", ["--find", "--show", image])).Trim();
        Directory.CreateDirectory(Links);
        if (new FileInfo(DeviceOf(volume)).LinkTarget != device)
        {
            var link = DeviceOf($".{volume}.{Guid.NewGuid():N}");
            File.CreateSymbolicLink(link, device);
            File.Move(link, DeviceOf(volume), overwrite: true);
        }
    }

    /// <summary>Why a volume in use cannot be enlarged by this process; null when it can. ext4 asks for CAP_SYS_RESOURCE, the 24th capability.</summary>
    public static string? CannotGrow { get; } =
        KernelFile.Read("/proc/self/status")?.Split('\n').FirstOrDefault(l => l.StartsWith("CapEff:", StringComparison.Ordinal)) is { } line
        && ((ulong.Parse(line[7..].Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) >> 24) & 1) == 1
            ? null
            : "the data volume keeps its size: this agent has no CAP_SYS_RESOURCE, which enlarging one in use takes";

    /// <summary>Enlarges it in use. Smaller is not possible and does nothing.</summary>
    public async Task Grow(string volume, long bytes)
    {
        var image = ImageOf(volume);
        if (new FileInfo(image) is not { Exists: true } file || file.Length >= bytes || LoopDevices.Backed().FirstOrDefault(l => l.File == image).Device is not { } device)
        {
            return;
        }

        var before = file.Length;
        await SetSize(image, device, bytes);
        try
        {
            await HostTool.Run("resize2fs", [device]);
        }
        catch (HostToolException)
        {
            await SetSize(image, device, before);
            throw;
        }
    }

    /// <summary>Detaches it and destroys its data. Nothing when there is none.</summary>
    public async Task Remove(string volume)
    {
        var image = ImageOf(volume);
        foreach (var device in DevicesOf(volume))
        {
            await HostTool.Run("losetup", ["--detach", device]);
        }

        foreach (var file in new[] { DeviceOf(volume), image + ".new", image + Staged, image + Replaced, image }.Where(f => Directory.Exists(Path.GetDirectoryName(f))))
        {
            File.Delete(file);
        }
    }

    /// <summary>Ids of containers whose processes keep a volume's loop devices attached.</summary>
    public IEnumerable<string> HeldBy(string volume) =>
        DevicesOf(volume).Select(device => KernelFile.Read($"/sys/block/{Path.GetFileName(device)}/dev")).OfType<string>().SelectMany(OrphanedTask.Holding).Distinct();

    /// <summary>Whether the file behind a loop device is one of ours.</summary>
    public bool Owns(string file) => Path.GetDirectoryName(file) == folder;

    /// <summary>Names of all volumes of this node that have a file or a loop device.</summary>
    public IReadOnlySet<string> All()
    {
        var files = Directory.Exists(folder) ? Directory.EnumerateFiles(folder) : [];
        return files.Concat(LoopDevices.Backed().Select(l => l.File.Replace(" (deleted)", "", StringComparison.Ordinal)).Where(Owns))
            .Select(f => Path.GetFileName(f).Replace(".new", "", StringComparison.Ordinal))
            .Where(f => place.ChainOf(f) is not null && f.EndsWith(Suffix, StringComparison.Ordinal))
            .Select(f => f[..^Suffix.Length]).ToHashSet();
    }

    private IEnumerable<string> DevicesOf(string volume)
    {
        var image = ImageOf(volume);
        return LoopDevices.Backed().Where(l => l.File == image || l.File == $"{image} (deleted)" || l.File == image + Replaced).Select(l => l.Device);
    }

    private static async Task SetSize(string image, string device, long bytes)
    {
        await using (var stream = new FileStream(image, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            stream.SetLength(bytes);
        }

        await HostTool.Run("losetup", ["--set-capacity", device]);
    }

    /// <summary>Where its files are seen while no container uses it.</summary>
    public string MountOf(string volume) => Path.Combine(folder, "mnt", volume);

    public string ImageOf(string volume) => Path.Combine(folder, volume + Suffix);
}
