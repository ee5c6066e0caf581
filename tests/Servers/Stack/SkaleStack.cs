using Skale.Ethereum.Development;

namespace Skale.Servers.Stack;

/// <summary>
/// The distributed system as in production, on this machine: PostgreSQL, RabbitMQ, an Ethereum node with the development contract, and the
/// services as processes. Each stack has a network, a database, a virtual host and ports of its own.
/// </summary>
public sealed class SkaleStack : IAsyncDisposable
{
    /// <summary>Ports between the first ports of two nodes.</summary>
    private const int PortsPerNode = 1024;

    private readonly string folder = Repository.NewFolder("stack");

    private SkaleStack(StackServers servers, PostgresDatabase database, string bus, AnvilServer anvil, ManagerContract manager) =>
        (Servers, Database, BusAddress, Anvil, Manager) = (servers, database, bus, anvil, manager);

    public StackServers Servers { get; }

    /// <summary>Where the logs of ChainWatcher and Scheduler are.</summary>
    public PostgresDatabase Database { get; }

    /// <summary>Unique to this stack: no other stack's containers have it.</summary>
    public string Network { get; } = $"test-{Guid.NewGuid().ToString("N")[..8]}";

    /// <summary>First port of node 0's chains.</summary>
    public int FirstPort { get; private init; }

    public string BusAddress { get; }

    public AnvilServer Anvil { get; }

    public ManagerContract Manager { get; }

    public ServiceProcess ChainWatcher { get; private set; } = null!;

    public ServiceProcess Scheduler { get; private set; } = null!;

    public ServiceProcess Metrics { get; private set; } = null!;

    public IReadOnlyList<ServiceProcess> Agents { get; private set; } = [];

    public IEnumerable<ServiceProcess> Services => [ChainWatcher, Scheduler, Metrics, .. Agents];

    /// <summary>Makes the world and the services, and starts nothing of ours yet.</summary>
    /// <param name="migrate">Makes the tables of a log: owner connection string, log name.</param>
    public static async Task<SkaleStack> Create(StackServers servers, int nodes, Func<string, string, Task> migrate, Func<string, Dictionary<string, string>, Dictionary<string, string>>? change = null)
    {
        var database = await servers.Postgres.NewDatabase();
        foreach (var log in (string[])["chainwatcher", "scheduler"])
        {
            await migrate(database.Owner, log);
        }

        var anvil = await AnvilServer.Start();
        var stack = new SkaleStack(servers, database, servers.Rabbit.NewVirtualHost().ToString(), anvil, await anvil.DeployManager())
        {
            FirstPort = Repository.FreePortBlock(nodes * PortsPerNode),
        };
        stack.Compose(nodes, change ?? ((_, environment) => environment));
        foreach (var (slices, groupSize) in (IEnumerable<(int, int)>)[(4, 1), (16, 2), (32, 2), (16, 4), (128, 1)])
        {
            await stack.Manager.AddSchainType(slices, groupSize);
        }

        for (var node = 0; node < nodes; node++)
        {
            var address = $"0x0a0000{node + 1:x2}";
            await stack.Manager.CreateNode(new NodeRegistration($"node-{node}", address, address, stack.FirstPort + (node * PortsPerNode)));
        }

        return stack;
    }

    public async Task Start()
    {
        foreach (var service in Services)
        {
            service.Start();
        }

        foreach (var service in Services)
        {
            await service.WaitUntilReady();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in Services)
        {
            await service.DisposeAsync();
        }

        await DockerCleanUp.RemoveAll(Network);
        await Anvil.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private void Compose(int nodes, Func<string, Dictionary<string, string>, Dictionary<string, string>> change)
    {
        ServiceProcess Make(string service, string store, Dictionary<string, string> environment)
        {
            environment["Bus__RabbitMq"] = BusAddress;
            environment[store] = store == "Store__Postgres" ? Database.Service : folder;
            environment[$"{service}__Network"] = Network;
            return new ServiceProcess(service, change(service, environment));
        }

        ChainWatcher = Make("ChainWatcher", "Store__Postgres", new()
        {
            ["ChainWatcher__Rpc"] = Anvil.Http.ToString(),
            ["ChainWatcher__ContractAddress"] = Manager.Address,
            ["ChainWatcher__Finality"] = "latest",
        });
        Scheduler = Make("Scheduler", "Store__Postgres", []);
        Metrics = Make("Metrics", "Store__Postgres", []);
        Agents = [.. Enumerable.Range(0, nodes).Select(node => Make("NodeAgent", "Store__Journal", new()
        {
            ["NodeAgent__NodeId"] = $"{node}",
            ["NodeAgent__Development"] = "true",
        }))];
    }
}
