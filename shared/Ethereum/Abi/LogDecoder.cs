using System.Collections.Frozen;

namespace Skale.Ethereum;

/// <summary>A log that a known contract emitted and whose event is described.</summary>
public sealed record DecodedLog(Log Log, string Contract, AbiEvent Event, AbiFields Fields);

/// <summary>Finds the description of a log by its address and first topic, and reads it.</summary>
public sealed class LogDecoder
{
    private readonly FrozenDictionary<string, ContractAbi> byAddress;

    /// <exception cref="AbiException">A contract without an address, or two with the same one.</exception>
    public LogDecoder(IEnumerable<ContractAbi> contracts)
    {
        var known = new Dictionary<string, ContractAbi>();
        foreach (var contract in contracts)
        {
            var address = contract.Address ?? throw new AbiException($"Contract {contract.Name} has no address.");
            if (!known.TryAdd(address, contract))
            {
                throw new AbiException($"Contracts {known[address].Name} and {contract.Name} have the same address {address}.");
            }
        }

        byAddress = known.ToFrozenDictionary();
    }

    /// <summary>The contracts to ask logs of.</summary>
    public IReadOnlyList<string> Addresses => byAddress.Keys;

    /// <summary>Null when nobody described it: an unknown contract or topic is normal, not an error.</summary>
    /// <exception cref="AbiException">Described, but malformed.</exception>
    public DecodedLog? Decode(Log log) =>
        log.Topics.Count > 0 && byAddress.TryGetValue(log.Address, out var contract) && contract.FindEvent(log.Topics[0]) is { } found
            ? new DecodedLog(log, contract.Name, found, found.Decode(log))
            : null;
}
