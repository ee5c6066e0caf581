namespace Skale.Contracts;

/// <summary>A copy of a chain's data, as the manifest of its archive says.</summary>
/// <param name="Node">Whose data it is.</param>
/// <param name="Generation">Of the order that the data was in use under (<see cref="Subnode.Generation"/>).</param>
/// <param name="Image">What ran on it.</param>
/// <param name="Files">Files, folders and links.</param>
/// <param name="Bytes">Of all files, unpacked.</param>
/// <param name="Sha256">Of the archive's content, in lower-case hex.</param>
public sealed record DataBackup(NodeId Node, long Generation, string Image, long Files, long Bytes, string Sha256, DateTimeOffset At);

/// <summary>A node's operator has taken a copy of a chain's data.</summary>
/// <param name="Generation">Of the order that the subnode runs under.</param>
public sealed record BackupTaken(NodeId Node, long Report, ChainName Chain, long Generation, DataBackup Backup, DateTimeOffset At) : IReport;

/// <summary>A node's operator has put a copy in the place of a chain's data: its own, or another member's.</summary>
/// <param name="Generation">Of the order that the subnode runs under.</param>
public sealed record DataRestored(NodeId Node, long Report, ChainName Chain, long Generation, DataBackup Backup, DateTimeOffset At) : IReport;

/// <summary>A node's operator has destroyed a chain's data; the subnode starts with none.</summary>
/// <param name="Generation">Of the order that the subnode runs under.</param>
public sealed record DataWiped(NodeId Node, long Report, ChainName Chain, long Generation, DateTimeOffset At) : IReport;
