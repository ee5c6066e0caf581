using System.Security.Cryptography;
using Skale.Ethereum;

namespace Skale.SkaleManager;

/// <summary>
/// The contract's random numbers (Random.sol): the seed is keccak256(hash of the block before, chain hash), each number is the sha256 of the
/// one before it. A selection goes back to the first number again and again, so they are computed once.
/// </summary>
internal sealed class Draws
{
    private readonly List<Number> numbers = new(8);
    private readonly byte[] last = new byte[Keccak.HashBytes];
    private int next;

    public Draws(string previousBlockHash, string chainHash)
    {
        Span<byte> input = stackalloc byte[2 * Keccak.HashBytes];
        Hash.Decode(previousBlockHash, input);
        Hash.Decode(chainHash, input[Keccak.HashBytes..]);
        Keccak.Hash(input, last);
        Seed = Hex.Encode(last);
    }

    public string Seed { get; }

    /// <summary>The next draw takes the first number again.</summary>
    public void Restart() => next = 0;

    /// <summary>A number from 0 to below <paramref name="limit"/>; it takes one number, and another for each that would be unfair.</summary>
    public int Below(int limit)
    {
        int drawn;
        while (!Take().TryBelow(limit, out drawn))
        {
        }

        return drawn;
    }

    private Number Take()
    {
        if (next == numbers.Count)
        {
            SHA256.HashData(last, last);
            numbers.Add(Number.Of(last));
        }

        return numbers[next++];
    }
}
