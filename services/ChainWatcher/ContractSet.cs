using System.Collections.Frozen;
using Skale.Ethereum;

namespace Skale.ChainWatcher;

/// <summary>The watched contracts: where they are, and which events are known of them.</summary>
internal sealed class ContractSet
{
    private readonly FrozenDictionary<string, ContractAbi> byAddress;

    /// <exception cref="ContractsException">Two contracts have one address.</exception>
    public ContractSet(IReadOnlyCollection<ContractAbi> contracts, long? chainId)
    {
        if (contracts.GroupBy(c => c.Address!).FirstOrDefault(g => g.Count() > 1) is { } same)
        {
            throw new ContractsException($"{string.Join(" and ", same.Select(c => c.Name))} have the same address {same.Key}.");
        }

        byAddress = contracts.ToFrozenDictionary(c => c.Address!);
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

    public bool Has(string address) => byAddress.ContainsKey(address);

    public string NameAt(string address) => byAddress[address].Name;

    /// <summary>The event of a log; null when nobody described it.</summary>
    public AbiEvent? EventOf(Log log) => log.Topics.Count > 0 && byAddress.TryGetValue(log.Address, out var contract) ? contract.FindEvent(log.Topics[0]) : null;
}

/// <summary>The description of the contracts cannot be used; names the file and what is wrong there.</summary>
internal sealed class ContractsException(string message) : Exception(message);
