using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>Whether and with what this process signs what the contract said (section <c>Facts</c>).</summary>
public sealed class FactOptions
{
    /// <summary>
    /// File of the private key (<c>skale audit keygen</c>). One for each log of ChainWatcher: begun anew, it numbers its facts from 1, and what the old key signed would count again. Unset: facts go out
    /// unsigned, and a scheduler that knows a key takes none.
    /// </summary>
    public string? SigningKey { get; set; }

    internal IEnumerable<string> Problems()
    {
        if (SealingKey.ProblemWith(SigningKey) is { } key)
        {
            yield return $"Facts:SigningKey: {key}";
        }
    }
}
