namespace Skale.Ethereum.Development;

/// <summary>How a local development node is started.</summary>
public sealed record AnvilOptions
{
    /// <summary>The anvil program.</summary>
    public required string Program { get; init; }

    /// <summary>The TCP port on the loopback address; 0 lets the system choose a free one.</summary>
    public int Port { get; init; }

    public long ChainId { get; init; } = 31337;

    /// <summary>The time between blocks; null makes a block for each transaction at once.</summary>
    public TimeSpan? BlockTime { get; init; }

    /// <summary>Blocks in an epoch: <c>safe</c> is one epoch behind the head, <c>finalized</c> two.</summary>
    public int EpochBlocks { get; init; } = 1;

    /// <summary>A file the chain is loaded from when it exists and written to, with its whole history; null keeps the chain in memory.</summary>
    public string? StateFile { get; init; }

    /// <summary>How often the state file is written besides at the end.</summary>
    public TimeSpan StateInterval { get; init; } = TimeSpan.FromSeconds(5);
}
