namespace Skale.Hosting;

/// <summary>With what this process signs its agents' reports. Not a section: an agent says so of itself.</summary>
public sealed class ReportOptions
{
    /// <summary>File of the private key; null: reports go out unsigned.</summary>
    public string? SigningKey { get; set; }

    /// <summary>The network that the reports are about: a machine may be a node of several.</summary>
    public string Network { get; set; } = "";
}
