using System.Collections.Concurrent;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Skale.Servers;

/// <summary>Where things are in the clone under test.</summary>
public static class Repository
{
    private static readonly ConcurrentDictionary<int, byte> GivenPorts = new();
    private static readonly ConcurrentBag<string> Folders = [];

    static Repository() => AppDomain.CurrentDomain.ProcessExit += (_, _) => RemoveFolders();

    /// <summary>The folder that holds <c>Skale.Services.sln</c>.</summary>
    public static string Root { get; } = FindRoot();

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    /// <summary>A program that <c>scripts/setup</c> puts into <c>.tools</c>, such as <c>anvil</c>.</summary>
    public static string Tool(string name)
    {
        var path = Path(".tools", name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing: run scripts/setup (./test does).");
    }

    /// <summary>A program of this repository, built in the configuration in which the tests were built; for a bench as it is published, where <c>bench/run</c> has put it so.</summary>
    /// <param name="project">Its folder, such as <c>services/Metrics</c>.</param>
    /// <param name="name">Of the program.</param>
    public static string Program(string project, string name)
    {
        var separator = System.IO.Path.DirectorySeparatorChar;
        var configuration = AppContext.BaseDirectory.Contains($"{separator}Release{separator}", StringComparison.Ordinal) ? "Release" : "Debug";
        var (program, published) = (Path(project, "bin", configuration, "net10.0", name), System.IO.Path.Combine(AppContext.BaseDirectory, "published", name));
        return File.Exists(published) ? published : File.Exists(program) ? program : throw new FileNotFoundException($"{program} is missing: build the solution in {configuration} first.");
    }

    /// <summary>
    /// A TCP port of the loopback address that was free a moment ago and that this process gave nobody before. It lies below the range that
    /// the system takes clients' ports from: those come and go between the asking and the use.
    /// </summary>
    public static int FreePort()
    {
        const int First = 5_000, Last = 10_000;
        while (true)
        {
            var port = Random.Shared.Next(First, Last);
            if (GivenPorts.TryAdd(port, 0) && CanListen(port))
            {
                return port;
            }
        }
    }

    private static bool CanListen(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>The first of so many ports beside each other that were free a moment ago, below the range the system hands out.</summary>
    public static int FreePortBlock(int ports) => FreePortBlocks(1, ports, ports);

    /// <summary>The first port of the first of several such blocks, whose beginnings are <paramref name="apart"/> ports from each other.</summary>
    public static int FreePortBlocks(int blocks, int ports, int apart)
    {
        const int First = 10_000, Last = 32_000;
        var length = ((blocks - 1) * apart) + ports;
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var start = Random.Shared.Next(First, Last - length);
            if (IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().All(l => l.Port < start || l.Port >= start + length || (l.Port - start) % apart >= ports))
            {
                return start;
            }
        }

        throw new InvalidOperationException($"No {blocks} blocks of {ports} ports without a listener between {First} and {Last}.");
    }

    /// <summary>A new empty folder for one test; what it leaves there is removed when this process ends.</summary>
    public static string NewFolder(string purpose)
    {
        var folder = Directory.CreateTempSubdirectory($"skale-{purpose}-").FullName;
        Folders.Add(folder);
        return folder;
    }

    private static void RemoveFolders()
    {
        foreach (var folder in Folders.Where(Directory.Exists))
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Console.Error.WriteLine($"{folder} is left: {e.Message}");
            }
        }
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Skale.Services.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No Skale.Services.sln above {AppContext.BaseDirectory}.");
    }
}
