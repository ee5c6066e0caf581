namespace Skale.Cli.Commands.Nodes;

/// <summary>An agent's configuration: a file of variables as systemd's <c>EnvironmentFile</c> reads it, one <c>NAME=VALUE</c> a line.</summary>
internal sealed class AgentFile(IReadOnlyList<string> lines)
{
    public const string DefaultPath = "/etc/skale/agent.env";

    /// <summary>What every agent has; the rest comes with joining.</summary>
    public static AgentFile Fresh { get; } = new(
    [
        "# The agent of this machine's node: 'skale node init' made it, 'skale node join' fills it in. docs/operations.md has more that can be set.",
        "Store__Journal=/var/lib/skale/journal",
        "NodeAgent__VolumeFolder=/var/lib/skale/volumes",
        "NodeAgent__SocketFolder=/run/skale",
        "NodeAgent__DemandSignedOrders=true",
        "ASPNETCORE_URLS=http://127.0.0.1:9100",
        "# Divided among the machine's 128 slices. What is not set is not limited: a chain may then take all of it. Say what this machine's disk and network can do:",
        "# NodeAgent__IoBytesPerSecond=",
        "# NodeAgent__IoPerSecond=",
        "# NodeAgent__NetworkBitsPerSecond=",
    ]);

    /// <summary>As above, with three quarters of what is free for the data of all chains: images, logs and the agent's own journal need room beside it.</summary>
    /// <param name="freeBytes">Of the disk that the data will be on.</param>
    public static AgentFile ForDisk(long freeBytes) => Fresh.With("NodeAgent__DiskBytes", $"{freeBytes / 4 * 3 >> 30 << 30}");

    public string Text => string.Concat(lines.Select(l => $"{l}\n"));

    public static AgentFile Read(string path) => new(File.ReadAllLines(path));

    /// <summary>Null when it is not set.</summary>
    public string? this[string name] => lines.LastOrDefault(l => l.StartsWith($"{name}=", StringComparison.Ordinal))?[(name.Length + 1)..];

    /// <summary>In the place of what was there.</summary>
    /// <exception cref="FormatException">The value could say something else in such a file.</exception>
    public AgentFile With(string name, string value) => value.Any(c => char.IsControl(c) || c is '"' or '\'' or '\\') || value.Trim() != value || value.StartsWith('#')
        ? throw new FormatException($"The value for {name} has characters that a configuration file cannot have; nothing was written.")
        : new([.. lines.Where(l => !l.StartsWith($"{name}=", StringComparison.Ordinal)), $"{name}={value}"]);

    /// <summary>All at once; only for its owner, since the bus's password is in it.</summary>
    public void Write(string path)
    {
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var growing = $"{path}.new";
        File.Delete(growing);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Owner;
        }

        using (var stream = new FileStream(growing, options))
        {
            stream.Write(System.Text.Encoding.UTF8.GetBytes(Text));
            stream.Flush(flushToDisk: true);
        }

        File.Move(growing, path, overwrite: true);
    }
}
