using System.Collections.Frozen;
using Skale.Ethereum;

namespace Skale.ChainWatcher;

/// <summary>The watched contracts: where they are, and which events are known of them.</summary>
internal sealed class ContractSet
{
    private readonly FrozenDictionary<string, ContractAbi> byAddress;
    private readonly FrozenDictionary<string, ContractAbi> byName;

    /// <exception cref="ContractsException">Two contracts have one address.</exception>
    public ContractSet(IReadOnlyCollection<ContractAbi> contracts, long? chainId)
    {
        if (contracts.GroupBy(c => c.Address!).FirstOrDefault(g => g.Count() > 1) is { } same)
        {
            throw new ContractsException($"{string.Join(" and ", same.Select(c => c.Name))} have the same address {same.Key}.");
        }

        byAddress = contracts.ToFrozenDictionary(c => c.Address!);
        byName = contracts.DistinctBy(c => c.Name).ToFrozenDictionary(c => c.Name);
        ChainId = chainId;
        Addresses = [.. byAddress.Keys.Order(StringComparer.Ordinal)];
        AddressBits = [.. Addresses.Select(BloomItem.Of)];
    }

    /// <summary>The chain the contracts file says they are on.</summary>
    public long? ChainId { get; }

    /// <summary>Rising, lower case.</summary>
    public IReadOnlyList<string> Addresses { get; }

    /// <summary>To ask a block's bloom filter whether one of them emitted anything.</summary>
    public BloomItem[] AddressBits { get; }

    /// <summary>Where to ask the functions of a contract: there, or of the one contract that stands in for all; null when the files do not say.</summary>
    public string? AddressOf(string contract) => Find(contract)?.Address;

    /// <summary>A described function of a contract, or of the one contract that stands in for all; null when the files do not describe it.</summary>
    public AbiFunction? FunctionOf(string contract, string function) => Find(contract)?.FindFunction(function);

    public bool Has(string address) => byAddress.ContainsKey(address);

    public string NameAt(string address) => byAddress[address].Name;

    private ContractAbi? Find(string contract) => byName.GetValueOrDefault(contract) ?? (byAddress.Count == 1 ? byAddress.Values[0] : null);

    /// <summary>The event of a log; null when nobody described it.</summary>
    public AbiEvent? EventOf(Log log) => log.Topics.Count > 0 && byAddress.TryGetValue(log.Address, out var contract) ? contract.FindEvent(log.Topics[0]) : null;
}

/// <summary>The description of the contracts cannot be used; names the file and what is wrong there.</summary>
public sealed class ContractsException(string message) : Exception(message);
