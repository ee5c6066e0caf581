namespace Skale.Servers;

/// <summary>
/// A private PostgreSQL 15 or newer with a data folder of its own, reachable over a Unix socket in that folder only (so without ports and passwords).
/// Stock settings: fsync is on. Started as the user <c>postgres</c> when the tests run as root, which the server refuses.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>Owns tables; runs migrations.</summary>
    public const string OwnerRole = "skale_owner";

    /// <summary>What services connect as.</summary>
    public const string ServiceRole = "skale_service";

    /// <summary>May read what it is granted.</summary>
    public const string ReaderRole = "skale_reader";

    private static readonly TimeSpan StartsWithin = TimeSpan.FromSeconds(60);
    private readonly string folder;
    private readonly string programs;
    private ServerProcess? process;
    private int databases;

    private PostgresServer(string folder, string programs) => (this.folder, this.programs) = (folder, programs);

    public static async Task<PostgresServer> Start()
    {
        var server = new PostgresServer(Repository.NewFolder("pg"), FindPrograms());
        if (Environment.IsPrivilegedProcess)
        {
            await ServerProcess.Run("chown", ["postgres", server.folder], StartsWithin);
        }

        var (program, arguments) = server.AsServerUser("initdb", "--pgdata", server.Data, "--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync");
        await ServerProcess.Run(program, arguments, StartsWithin);
        await server.StartAgain();
        foreach (var role in new[] { OwnerRole, ServiceRole, ReaderRole })
        {
            await server.Sql($"create role {role} login");
        }

        return server;
    }

    /// <summary>A new empty database, owned by <see cref="OwnerRole"/>.</summary>
    public async Task<PostgresDatabase> NewDatabase()
    {
        var name = $"test{Interlocked.Increment(ref databases)}";
        await Sql($"create database {name} owner {OwnerRole}");
        return new PostgresDatabase(ConnectionString(name, OwnerRole), ConnectionString(name, ServiceRole), ConnectionString(name, ReaderRole));
    }

    /// <summary>The folder of the Unix socket: the host for <c>psql</c>, <c>pgbench</c> and <c>pg_dump</c>.</summary>
    public string SocketFolder => folder;

    /// <summary>A program of the server's version, such as <c>pgbench</c>.</summary>
    public string Program(string name) => Path.Combine(programs, name);

    /// <summary>What a crash of the server looks like: no checkpoint, every connection cut (<c>pg_ctl stop -m immediate</c>).</summary>
    public async Task StopImmediately()
    {
        var (program, arguments) = AsServerUser("pg_ctl", "stop", "--pgdata", Data, "--mode", "immediate", "--wait");
        await ServerProcess.Run(program, arguments, StartsWithin);
        await process!.WaitForExit(StartsWithin);
        await process.DisposeAsync();
        process = null;
    }

    /// <summary>Starts on the same data, recovering it after a crash; returns when it takes connections.</summary>
    public async Task StartAgain()
    {
        var (program, arguments) = AsServerUser("postgres", "-D", Data, "-c", "listen_addresses=", "-c", $"unix_socket_directories={folder}", "-c", "max_connections=200");
        process = ServerProcess.Start(program, arguments, folder: folder);
        await Wait.Until("PostgreSQL to take connections", () => Sql("select 1"), StartsWithin);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            await StopImmediately();
        }

        Directory.Delete(folder, recursive: true);
    }

    private string Data => Path.Combine(folder, "data");

    private static string FindPrograms() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderBy(d => int.Parse(Path.GetFileName(d))).Select(d => Path.Combine(d, "bin")).Last(d => File.Exists(Path.Combine(d, "initdb")))
            : throw new DirectoryNotFoundException("PostgreSQL is missing (/usr/lib/postgresql): run scripts/setup (./test does).");

    private string ConnectionString(string database, string role) => $"Host={folder};Database={database};Username={role}";

    private (string Program, string[] Arguments) AsServerUser(string name, params string[] arguments) => Environment.IsPrivilegedProcess
        ? ("setpriv", ["--reuid", "postgres", "--regid", "postgres", "--init-groups", Program(name), .. arguments])
        : (Program(name), arguments);

    private async Task<bool> Sql(string statement)
    {
        await ServerProcess.Run(Program("psql"), ["--no-psqlrc", "--quiet", "--host", folder, "--username", "postgres", "--dbname", "postgres", "--command", statement], StartsWithin);
        return true;
    }
}

/// <summary>A database for one test, as the connection strings of its three roles.</summary>
public sealed record PostgresDatabase(string Owner, string Service, string Reader);
