using Skale.Contracts;

namespace Skale.ChainWatcher.Domain;

/// <summary>Names of chains by hash: those known before, and those bought in the blocks that are being read.</summary>
public sealed class ChainNames(IReadOnlyDictionary<string, ChainName> known)
{
    private readonly Dictionary<string, ChainName> bought = [];

    /// <summary>Null when the chain was bought before the first scanned block.</summary>
    public ChainName? Find(string hash) => known.TryGetValue(hash, out var name) || bought.TryGetValue(hash, out name) ? name : null;

    public void Learn(string hash, ChainName name) => bought.TryAdd(hash, name);
}
