namespace Skale.NodeAgent.Domain;

/// <summary>What a backup holds of one volume.</summary>
/// <param name="Part">Of divided data; null for what the parts leave, which is all where none is divided.</param>
/// <param name="Files">Files, folders and links.</param>
/// <param name="Bytes">Of the files, before they are packed.</param>
/// <param name="Sha256">Of the content as it is in the archive.</param>
public sealed record BackupContent(string? Part, long Files, long Bytes, string Sha256)
{
    public string Title => Part is null ? "what is in no part" : $"part '{Part}'";
}
