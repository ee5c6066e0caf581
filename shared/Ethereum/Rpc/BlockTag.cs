namespace Skale.Ethereum;

/// <summary>Which block a question is about: a number, a hash, or one of the names whose meaning moves with the chain.</summary>
public readonly record struct BlockTag
{
    private readonly string? text;

    private BlockTag(string text, bool isHash = false) => (this.text, IsHash) = (text, isHash);

    public static BlockTag Latest { get; } = new("latest");

    /// <summary>Unlikely to be reorganised.</summary>
    public static BlockTag Safe { get; } = new("safe");

    /// <summary>Cannot be reorganised without burning stake.</summary>
    public static BlockTag Finalized { get; } = new("finalized");

    public static BlockTag Genesis { get; } = new("0x0");

    internal bool IsHash { get; }

    /// <summary>What a call's block parameter looks like: a hash in the object form of EIP-1898, which fails when a reorganisation removed it.</summary>
    internal object Parameter => IsHash ? new Dictionary<string, object> { ["blockHash"] = ToString() } : ToString();

    public static BlockTag Number(long number) => new(Hex.Quantity(number));

    public static BlockTag Hash(string hash) => new(hash, isHash: true);

    public override string ToString() => text ?? "latest";
}
