using System.Security.Cryptography;
using System.Text;

namespace Skale.Cli.Embedded;

/// <summary>How the embedded mode is run.</summary>
/// <param name="Data">Folder of logs and of the development network.</param>
/// <param name="Nodes">Nodes to register, each with an agent of its own: 1 to 6, as their port ranges fit beside each other.</param>
/// <param name="Port">Of the page and the API; 0 takes a free one.</param>
/// <param name="FirstPort">First port of node 0's chains; each node takes 8,192.</param>
/// <param name="Simulate">No containers.</param>
internal sealed record EmbeddedOptions(string Data, int Nodes, int Port, int FirstPort, bool Simulate)
{
    public const int MostNodes = 6;

    /// <summary>The data folder when none is given, in the current folder.</summary>
    public const string DefaultData = ".skale";

    /// <summary>Where the logs are in the data folder, one folder each.</summary>
    public const string LogsFolder = "logs";

    /// <summary>Where a running embedded host says its address, for the other commands.</summary>
    public const string AddressFileName = "address";

    /// <summary>One network per data folder: two of them share an engine without touching each other's containers.</summary>
    public string Network { get; } = "dev-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(Data))))[..6];

    public string Logs => Path.Combine(Data, LogsFolder);

    public string Keys => Path.Combine(Data, "keys");

    /// <summary>The newest signed checkpoint of each log.</summary>
    public string Checkpoints => Path.Combine(Data, "checkpoints");

    public string AddressFile => Path.Combine(Data, AddressFileName);

    public IEnumerable<string> Problems()
    {
        if (Nodes is < 1 or > MostNodes)
        {
            yield return $"--nodes is {Nodes}; allowed are 1 to {MostNodes}.";
        }

        if (Port is < 0 or > 65535)
        {
            yield return $"--port is {Port}; allowed are 0 (a free one) to 65535.";
        }

        if (FirstPort < 1024 || FirstPort + (Nodes * DevelopmentContract.PortsPerNode) > 65536)
        {
            yield return $"--first-port is {FirstPort}; it must be at least 1024 and leave room for {Nodes} times {DevelopmentContract.PortsPerNode} ports.";
        }
    }
}
