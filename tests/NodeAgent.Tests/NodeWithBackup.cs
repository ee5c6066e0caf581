using Skale.Contracts;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>A node on the machine's real engine, and a file beside it for a backup of its chain.</summary>
internal sealed class NodeWithBackup : IAsyncDisposable
{
    private readonly string folder = Repository.NewFolder("backups");

    private NodeWithBackup(EngineNode node) => Node = node;

    public EngineNode Node { get; }

    public string File => Path.Combine(folder, "alpha.backup");

    public static async Task<NodeWithBackup> Open() => new(await EngineNode.Open());

    /// <summary>Alpha on a node, once it runs. A test that needs volumes with a size is skipped where there are none.</summary>
    public static async Task<SubnodeStarted> Started(EngineNode on, AgentProcess agent, Subnode subnode)
    {
        await agent.Order(on.Start(subnode));
        var started = await agent.Report<SubnodeStarted>("alpha");
        if (subnode.Limits.DiskBytes is not null && started.Unenforced.FirstOrDefault(u => u.StartsWith("disk: ", StringComparison.Ordinal)) is { } reason)
        {
            Assert.Skip(reason);
        }

        return started;
    }

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
