using System.Globalization;

namespace Skale.NodeAgent;

/// <summary>The machine's loop devices, as the kernel lists them.</summary>
internal static class LoopDevices
{
    public static IReadOnlyList<(string Device, string File)> Backed() =>
    [
        .. from block in Directory.Exists("/sys/block") ? Directory.EnumerateDirectories("/sys/block", "loop*") : []
           let file = KernelFile.Read(Path.Combine(block, "loop", "backing_file"))
           where file is not null
           select ($"/dev/{Path.GetFileName(block)}", file),
    ];

    /// <summary>File and size of a loop device; null when the device is none.</summary>
    /// <param name="number"><c>major:minor</c>.</param>
    public static (string File, long Bytes)? Of(string number)
    {
        var block = $"/sys/dev/block/{number}";
        return KernelFile.Read($"{block}/loop/backing_file") is { } file && KernelFile.Read($"{block}/size") is { } sectors
            ? (file, long.Parse(sectors, CultureInfo.InvariantCulture) * 512)
            : null;
    }
}
