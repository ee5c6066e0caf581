using System.Text.Json;

namespace Skale.Ethereum.Development;

/// <summary>What <c>createNode</c> registers. IP addresses are four bytes of 0x-hex in network order.</summary>
public sealed record NodeRegistration(string Name, string Ip, string PublicIp, int Port = 10000, int Nonce = 0, string DomainName = "");

/// <summary>Deploys and calls the contract in <c>contracts/</c>, the development stand-in for SKALE Manager, from an unlocked account.</summary>
public sealed class ManagerContract
{
    private static readonly Lazy<(ContractAbi Abi, byte[] Bytecode)> Compiled = new(Load);

    /// <param name="address">Where it is deployed.</param>
    /// <param name="account">Who calls. The deployer is the administrator.</param>
    public ManagerContract(string address, UnlockedAccount account) => (Address, Account) = (Ethereum.Address.Normalise(address), account);

    /// <summary>The ABI, without an address; <see cref="ContractAbi.At"/> gives it one.</summary>
    public static ContractAbi Abi => Compiled.Value.Abi;

    public string Address { get; }

    public UnlockedAccount Account { get; }

    public static async Task<ManagerContract> Deploy(UnlockedAccount account, CancellationToken cancellation = default)
    {
        var receipt = await account.Send(null, Compiled.Value.Bytecode, cancellation: cancellation);
        return new ManagerContract(receipt.ContractAddress ?? throw new InvalidOperationException($"Deployment {receipt.TransactionHash} made no contract."), account);
    }

    /// <summary>Ids count up from 1.</summary>
    /// <param name="units">Slices of a node that a subnode takes, of 128; 0 takes none.</param>
    /// <param name="nodes">Size of the group.</param>
    public Task<Receipt> AddSchainType(int units, int nodes, CancellationToken cancellation = default) => Transact("addSchainType", [units, nodes], cancellation);

    public Task<Receipt> RemoveSchainType(int typeId, CancellationToken cancellation = default) => Transact("removeSchainType", [typeId], cancellation);

    /// <summary>Indices count up from 0; the first log of the receipt, NodeCreated, has it.</summary>
    public Task<Receipt> CreateNode(NodeRegistration node, CancellationToken cancellation = default) =>
        Transact("createNode", [node.Port, node.Nonce, node.Ip, node.PublicIp, node.Name, node.DomainName], cancellation);

    public Task<Receipt> InitExit(int node, CancellationToken cancellation = default) => Transact("initExit", [node], cancellation);

    public Task<Receipt> CompleteExit(int node, CancellationToken cancellation = default) => Transact("completeExit", [node], cancellation);

    public Task<Receipt> SetNodeInMaintenance(int node, bool on, CancellationToken cancellation = default) =>
        Transact(on ? "setNodeInMaintenance" : "removeNodeFromInMaintenance", [node], cancellation);

    public Task<Receipt> SetNodeCompliance(int node, bool compliant, CancellationToken cancellation = default) =>
        Transact(compliant ? "setNodeCompliant" : "setNodeIncompliant", [node], cancellation);

    public Task<Receipt> ChangeIp(int node, string ip, string publicIp, CancellationToken cancellation = default) => Transact("changeIP", [node, ip, publicIp], cancellation);

    /// <param name="name">Never used before.</param>
    /// <param name="typeId">A chain type.</param>
    /// <param name="lifetime">What was paid for; not enforced.</param>
    /// <param name="group">The nodes, or null when the scheduler is to choose: then no SchainNodes is emitted.</param>
    /// <param name="owner">Null is the caller.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<Receipt> CreateChain(
        string name, int typeId, TimeSpan lifetime, IReadOnlyList<int>? group = null, string? owner = null, CancellationToken cancellation = default) =>
        Transact("createChain", [name, typeId, (long)lifetime.TotalSeconds, owner ?? Account.Address, (group ?? []).Select(n => (AbiValue)n).ToArray()], cancellation);

    public Task<Receipt> DeleteChain(string name, CancellationToken cancellation = default) => Transact("deleteSchain", [name], cancellation);

    /// <summary>Calls any function of the contract that changes state.</summary>
    /// <exception cref="RpcException">Reverted; the message has the contract's reason.</exception>
    public Task<Receipt> Transact(string function, AbiValue[] arguments, CancellationToken cancellation = default) =>
        Account.Send(Address, Abi.Function(function).Encode(arguments), cancellation: cancellation);

    /// <summary>Calls any view function of the contract.</summary>
    public Task<AbiFields> Ask(string function, AbiValue[] arguments, BlockTag at, CancellationToken cancellation = default) =>
        Account.Rpc.Send(Eth.Call(Address, Abi.Function(function), arguments, at), cancellation);

    private static (ContractAbi Abi, byte[] Bytecode) Load()
    {
        using var resource = typeof(ManagerContract).Assembly.GetManifestResourceStream("SkaleManagerDev.json")!;
        using var text = new StreamReader(resource);
        var json = text.ReadToEnd();
        using var artefact = JsonDocument.Parse(json);
        return (AbiFile.Parse(json).Single(), Hex.Decode(artefact.RootElement.GetProperty("bytecode").GetString()));
    }
}
