using Skale.Contracts;

namespace Skale.NodeAgent.Domain;

/// <summary>What the machine's operator has ordered to be done to a chain's data and is not done yet. The chain stands still until it is, over restarts of the agent too.</summary>
/// <param name="Generation">Of the subnode when it was ordered.</param>
public abstract record DataRepair(long Generation)
{
    /// <summary>The data is to be destroyed.</summary>
    public sealed record Wipe(long Generation) : DataRepair(Generation);

    /// <summary>What is unpacked and verified beside the data is to take its place.</summary>
    public sealed record Restore(long Generation, DataBackup Backup) : DataRepair(Generation);
}

/// <summary>Data that a restore replaced. It is kept until the chain has answered on the new data.</summary>
/// <param name="Report">Number of the report that told of the restore.</param>
public sealed record ReplacedData(long Generation, long Report);

/// <summary>The operator has ordered a chain's data to be destroyed; <see cref="DataWiped"/> follows when it is.</summary>
public sealed record DataWipeRequested(NodeId Node, ChainName Chain, long Generation, DateTimeOffset At);

/// <summary>A backup is unpacked and verified beside a chain's data, and takes its place; <see cref="DataRestored"/> follows when it has.</summary>
public sealed record DataRestoreRequested(NodeId Node, ChainName Chain, long Generation, DataBackup Backup, DateTimeOffset At);

/// <summary>The chain has answered on restored data, and what that replaced is gone.</summary>
public sealed record ReplacedDataRemoved(NodeId Node, ChainName Chain, long Generation, DateTimeOffset At);

/// <summary>What is said to the rules about chains' data. Inputs, never stored.</summary>
public interface IDataInput
{
    ChainName Chain { get; }

    /// <summary>For which the operator meant it, or under which it was done.</summary>
    long Generation { get; }
}

/// <summary>The operator orders the data to be destroyed.</summary>
public sealed record WipeData(ChainName Chain, long Generation) : IDataInput;

public sealed record DataIsWiped(ChainName Chain, long Generation) : IDataInput;

/// <summary>The operator orders a restore, and what is to take the place of the data is unpacked and verified.</summary>
public sealed record RestoreData(ChainName Chain, long Generation, DataBackup Backup) : IDataInput;

public sealed record DataIsRestored(ChainName Chain, long Generation) : IDataInput;

public sealed record ReplacedDataIsGone(ChainName Chain, long Generation) : IDataInput;

public sealed record BackupIsTaken(ChainName Chain, long Generation, DataBackup Backup) : IDataInput;
