using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Skale.EventStore;
using Skale.Servers;

namespace Skale.Bench.Store;

/// <summary>A private PostgreSQL with stock settings, on which our log and its rivals take turns, each in a schema with the same tables and constraints.</summary>
internal sealed class StoreServer : IAsyncDisposable
{
    private readonly PostgresServer server;
    private readonly PostgresDatabase database;

    private StoreServer(PostgresServer server, PostgresDatabase database) => (this.server, this.database) = (server, database);

    public string Owner => database.Owner;

    public string Service => database.Service;

    public static async Task<StoreServer> Start()
    {
        var server = await PostgresServer.Start();
        return new StoreServer(server, await server.NewDatabase());
    }

    /// <summary>An empty log of ours; what was in it is gone.</summary>
    public async Task<PostgresLog> NewLog(string name)
    {
        await NewSchema(name);
        return await PostgresLog.Open(Service, name);
    }

    /// <summary>Marten's tables with all their constraints, empty, and a checkpoint: nothing of the round before is still to be written.</summary>
    public async Task NewSchema(string name)
    {
        await Execute($"drop schema if exists {name} cascade");
        await PostgresSchema.Migrate(Owner, name, PostgresServer.ServiceRole, PostgresServer.ReaderRole);
        await Psql("checkpoint");
    }

    /// <summary>Runs a command as the server's owner.</summary>
    public Task Psql(string command) => ServerProcess.Run(
        server.Program("psql"), ["-qX", "-h", server.SocketFolder, "-U", "postgres", "-d", new NpgsqlConnectionStringBuilder(Owner).Database!, "-c", command], TimeSpan.FromMinutes(5));

    public async Task Execute(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Owner);
        await using var command = source.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Commits per second that pgbench reaches with a script, prepared.</summary>
    public async Task<double> PgBench(string script, int clients, TimeSpan time)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, script);
        var builder = new NpgsqlConnectionStringBuilder(Owner);
        var start = new ProcessStartInfo(server.Program("pgbench"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { "-n", "-M", "prepared", "-c", $"{clients}", "-j", "2", "-T", $"{time.TotalSeconds:0}", "-f", file, "-h", server.SocketFolder, "-U", builder.Username!, builder.Database! },
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        File.Delete(file);
        var line = output.Split('\n').LastOrDefault(l => l.StartsWith("tps = ", StringComparison.Ordinal)) ?? throw new InvalidOperationException($"pgbench failed: {await error}{output}");
        return double.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture);
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
