using Skale.Ethereum;
using Skale.Ethereum.Development;

namespace Skale.Cli.Embedded;

/// <summary>Our development manager contract on a development node, with chain types on sale.</summary>
internal sealed record DevelopmentContract(ManagerContract Manager)
{
    /// <summary>Ports between the first ports of two nodes: 128 slots of 64.</summary>
    public const int PortsPerNode = 8192;

    /// <summary>Where it is when it is the first thing that anvil's first account deploys.</summary>
    public const string UsualAddress = "0x5fbdb2315678afecb367f032d93f642f64180aa3";

    /// <summary>The chain types on sale: id → (slices, group size), in the order they were added.</summary>
    public static IReadOnlyList<(int Slices, int GroupSize)> ChainTypes { get; } = [(4, 1), (16, 2), (32, 2), (16, 4), (0, 2)];

    /// <summary>The contract at an address; a new one when none is named or nothing is there. Types that are missing are added.</summary>
    public static async Task<DevelopmentContract> FindOrDeploy(UnlockedAccount account, string? address, CancellationToken cancellation)
    {
        var there = address is not null && (await account.Rpc.Send(Eth.Code(address, BlockTag.Latest), cancellation)).Length > 0;
        var manager = there ? new ManagerContract(address!, account) : await ManagerContract.Deploy(account, cancellation);
        var types = (await manager.Ask("numberOfSchainTypes", [], BlockTag.Latest, cancellation))[0].ToInt32();
        foreach (var (slices, groupSize) in ChainTypes.Skip(types))
        {
            await manager.AddSchainType(slices, groupSize, cancellation);
        }

        return new DevelopmentContract(manager);
    }

    /// <summary>Registers nodes until there are this many. Their ports start at <paramref name="firstPort"/>.</summary>
    public async Task RegisterNodes(int count, int firstPort, CancellationToken cancellation)
    {
        for (var node = await CountNodes(cancellation); node < count; node++)
        {
            var address = $"0x0a0000{node + 1:x2}";
            await Manager.CreateNode(new NodeRegistration($"node-{node}", address, address, firstPort + (node * PortsPerNode)), cancellation);
        }
    }

    public async Task<int> CountNodes(CancellationToken cancellation) =>
        (await Manager.Ask("getNumberOfNodes", [], BlockTag.Latest, cancellation))[0].ToInt32();

    /// <param name="type">One of <see cref="ChainTypes"/>.</param>
    /// <param name="group">The nodes, or null when the scheduler is to choose.</param>
    /// <returns>False when the name has been used before: names are never sold twice.</returns>
    public async Task<bool> Buy(string name, (int Slices, int GroupSize) type, IReadOnlyList<int>? group, CancellationToken cancellation)
    {
        try
        {
            await Manager.CreateChain(name, ChainTypes.ToList().IndexOf(type) + 1, TimeSpan.FromDays(30), group, cancellation: cancellation);
            return true;
        }
        catch (RpcException e) when (e.Message.Contains("name is not available", StringComparison.Ordinal))
        {
            return false;
        }
    }
}
