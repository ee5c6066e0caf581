using System.Collections.Frozen;

namespace Skale.Ethereum;

/// <summary>What is known of one contract: its name in the registry, where it is (when the file says), its events and functions.</summary>
public sealed class ContractAbi
{
    private readonly FrozenDictionary<string, AbiEvent> byTopic;
    private readonly FrozenDictionary<string, AbiFunction> functions;

    public ContractAbi(string name, string? address, IEnumerable<AbiEvent> events, IEnumerable<AbiFunction> functions)
    {
        (Name, Address, Events, Functions) = (name, address, [.. events], [.. functions]);
        byTopic = Events.DistinctBy(e => e.Topic0).ToFrozenDictionary(e => e.Topic0);
        this.functions = Functions.SelectMany(f => new[] { (Key: f.Signature, f), (Key: f.Name, f) }).DistinctBy(p => p.Key).ToFrozenDictionary(p => p.Key, p => p.f);
    }

    public string Name { get; }

    public string? Address { get; }

    public IReadOnlyList<AbiEvent> Events { get; }

    public IReadOnlyList<AbiFunction> Functions { get; }

    /// <summary>The event that this first topic marks; null when unknown, which is normal (proxies and roles emit more than anyone describes).</summary>
    public AbiEvent? FindEvent(string topic0) => byTopic.GetValueOrDefault(topic0);

    /// <exception cref="AbiException">Unknown; the message lists the known ones.</exception>
    public AbiEvent Event(string name) => Events.FirstOrDefault(e => e.Name == name || e.Signature == name)
        ?? throw new AbiException($"The ABI of {Name} has no event {name}; it has {string.Join(", ", Events.Select(e => e.Name))}.");

    /// <param name="name">Its name, or its signature where names are overloaded: the name alone finds the first.</param>
    /// <exception cref="AbiException">Unknown.</exception>
    public AbiFunction Function(string name) => FindFunction(name) ?? throw new AbiException($"The ABI of {Name} has no function {name}.");

    public AbiFunction? FindFunction(string name) => functions.GetValueOrDefault(name);

    public ContractAbi At(string address) => new(Name, Ethereum.Address.Normalise(address), Events, Functions);
}
