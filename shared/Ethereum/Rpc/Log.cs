namespace Skale.Ethereum;

/// <summary>One log of one transaction. Addresses, hashes and topics are lower-case 0x-hex.</summary>
/// <param name="LogIndex">Its place in the block. A query that filters by address sees gaps.</param>
/// <param name="Removed">Subscriptions only: a reorganisation took it back.</param>
public sealed record Log(
    string Address,
    IReadOnlyList<string> Topics,
    ReadOnlyMemory<byte> Data,
    long BlockNumber,
    string BlockHash,
    string TransactionHash,
    int TransactionIndex,
    int LogIndex,
    bool Removed);
