using System.Text.RegularExpressions;
using Skale.Docker;

namespace Skale.NodeAgent;

/// <summary>
/// Where a volume's data is on this machine: a folder of the engine's, or, with a size, the file behind a loop device. Beside it, under the same name with an ending, is what is to take its place,
/// and what it replaced: a file or a folder takes another's place by being renamed, at any moment all of one or all of the other.
/// </summary>
internal sealed class DataPlace(VolumeDetails volume, DataVolumes volumes)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Only while no container uses it.</summary>
    public string Current { get; } = volume.Options.Count > 0 ? volumes.ImageOf(volume.Name) : volume.Mountpoint;

    public string Staged => Current + DataVolumes.Staged;

    public string Replaced => Current + DataVolumes.Replaced;

    public bool HasStaged => Path.Exists(Staged);

    /// <summary>Its size; null when it has none.</summary>
    public long? Bytes => IsSized ? new FileInfo(Current).Length : null;

    private bool IsSized => volume.Options.Count > 0;

    /// <summary>Reads or fills one of the three as a folder.</summary>
    public async Task In(string which, Func<string, Task> work)
    {
        if (!IsSized)
        {
            await work(which);
            return;
        }

        await Unmount();
        var folder = volumes.MountOf(volume.Name);
        await HostTool.Run("install", ["-d", "-m", "700", folder]);
        await HostTool.Run("mount", ["-t", "ext4", "-o", "loop,nodev,nosuid,noexec,noatime", which, folder]);
        try
        {
            await work(folder);
        }
        finally
        {
            await Unmount();
        }
    }

    /// <summary>An empty place of the same size beside the data, whatever was there.</summary>
    /// <param name="forAll">Every user may write to it.</param>
    public async Task Stage(bool forAll)
    {
        await Discard(Staged);
        if (Bytes is { } bytes)
        {
            await DataVolumes.Format(Staged, bytes, forAll);
        }
        else
        {
            await HostTool.Run("install", ["-d", "-m", forAll ? "1777" : "755", Staged]);
        }
    }

    /// <summary>On the disk, not only in memory.</summary>
    public async Task Sync() => await HostTool.Run("sync", ["-f", Path.GetDirectoryName(Current)!], atMost: Patience);

    /// <summary>
    /// What is staged takes the place of the data, which stays beside it. Done again after an interruption it ends the same. Data that was restored and never answered goes instead of what it replaced in its turn.
    /// </summary>
    public async Task Swap()
    {
        if (HasStaged)
        {
            await Unmount();
            await Detach(Current);
            if (Path.Exists(Current) && Path.Exists(Replaced))
            {
                await Discard(Current);
            }
            else if (Path.Exists(Current))
            {
                Directory.Move(Current, Replaced);
            }

            Directory.Move(Staged, Current);
        }

        await Sync();
    }

    /// <summary>Destroys one of the three; nothing when it is not there.</summary>
    public async Task Discard(string which)
    {
        await Unmount();
        await Detach(which);
        if (Directory.Exists(which))
        {
            Directory.Delete(which, recursive: true);
        }
        else
        {
            File.Delete(which);
        }
    }

    /// <summary>What a killed agent left mounted.</summary>
    public async Task Unmount()
    {
        var folder = volumes.MountOf(volume.Name);
        while ((await File.ReadAllLinesAsync("/proc/self/mounts")).Any(l => Unescaped(l.Split(' ')[1]) == folder))
        {
            await HostTool.Run("umount", [folder], atMost: Patience);
        }
    }

    private async Task Detach(string file)
    {
        foreach (var (device, _) in IsSized ? LoopDevices.Backed().Where(l => l.File == file) : [])
        {
            await HostTool.Run("losetup", ["--detach", device]);
        }
    }

    private static string Unescaped(string path) => Regex.Replace(path, @"\\([0-7]{3})", m => $"{(char)Convert.ToInt32(m.Groups[1].Value, 8)}");
}
