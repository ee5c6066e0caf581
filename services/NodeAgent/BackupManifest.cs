using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Skale.Contracts;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>What a backup says of itself: <c>manifest.json</c>, the first entry of the archive, before its contents: <c>content.tar.gz</c>, and of divided data <c>content.NAME.tar.gz</c> for each part.</summary>
/// <param name="Format">1 when the data is in one volume, 2 when it is divided: agents before that read 1.</param>
/// <param name="Network">As in NodeAgent:Network.</param>
/// <param name="ChainHash">The chain's own: what tells chains apart that were named alike in two networks.</param>
/// <param name="EvmChainId">As the chain answers <c>eth_chainId</c>.</param>
/// <param name="Data">All of it. Of divided data the SHA-256 is of what <c>sha256sum</c> prints of the contents in their order.</param>
/// <param name="Contents">In the order of the archive, what is in no part first; null when the data is not divided.</param>
public sealed record BackupManifest(
    int Format, string Network, ChainName Chain, string ChainHash, long EvmChainId, DataBackup Data,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<BackupContent>? Contents = null)
{
    public const string Entry = "manifest.json";

    /// <summary>Bytes. A larger one is none: this is enough for as many parts as a disk can have.</summary>
    public const int LongestManifest = 256 << 10;

    private const int Whole = 1, Divided = 2;

    private static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Name of a content in the archive.</summary>
    public static string EntryOf(string? part) => part is null ? "content.tar.gz" : $"content.{part}.tar.gz";

    /// <param name="contents">What is in no part first.</param>
    public static BackupManifest Of(Place place, Subnode subnode, IReadOnlyList<BackupContent> contents, DateTimeOffset at) => new(
        contents.Count == 1 ? Whole : Divided, place.Network, subnode.Chain, subnode.ChainHash, subnode.EvmChainId,
        new DataBackup(place.Node, subnode.Generation, subnode.Image, contents.Sum(c => c.Files), contents.Sum(c => c.Bytes), DigestOf(contents), at), contents.Count == 1 ? null : contents);

    /// <summary>In the order of the archive.</summary>
    public IReadOnlyList<BackupContent> AllContents() => Contents ?? [new BackupContent(null, Data.Files, Data.Bytes, Data.Sha256)];

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, json);

    /// <exception cref="RepairRefusedException">It is no manifest, or of another format.</exception>
    public static BackupManifest Parse(byte[] text, string file)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize<BackupManifest>(text, json);
            return manifest is not { Format: Whole or Divided }
                ? throw new RepairRefusedException(Refusal.BadInput, $"{file} is a backup of another format than {Whole} and {Divided}; restore it with the version that wrote it.")
                : manifest.Fault() is { } fault ? throw new RepairRefusedException(Refusal.BadInput, $"{file} is no backup: its {Entry} contradicts itself: {fault}.") : manifest;
        }
        catch (JsonException e)
        {
            throw new RepairRefusedException(Refusal.BadInput, $"{file} is no backup: its {Entry} cannot be read ({e.Message}).");
        }
    }

    /// <summary>Nothing when it is a copy of this chain's data, of whichever node.</summary>
    /// <exception cref="RepairRefusedException">It is not.</exception>
    public void RequireOf(Place place, Subnode subnode, string file)
    {
        foreach (var (what, mine, its) in new[]
        {
            ("network", place.Network, Network), ("chain", $"{subnode.Chain}", $"{Chain}"), ("chain hash", subnode.ChainHash, ChainHash), ("EVM chain id", $"{subnode.EvmChainId}", $"{EvmChainId}"),
        })
        {
            if (mine != its)
            {
                throw new RepairRefusedException(Refusal.Conflict, $"{file} is a backup of {what} '{its}', and this is {what} '{mine}'. Nothing was changed.");
            }
        }
    }

    /// <summary>Names of parts become paths: whoever wrote them, they are checked as those of an order.</summary>
    private string? Fault() => (Format, Contents) switch
    {
        (Whole, null) => null,
        (Divided, [{ Part: null }, _, ..]) when Contents.Skip(1).All(c => c is { Part: not null, Sha256: not null }) =>
            SubnodeSet.Faults(null, [.. Contents.Skip(1).Select(c => new DataPart(c.Part!, 1))]).FirstOrDefault()
            ?? (Contents.Any(c => c.Files < 0 || c.Bytes < 0) || Contents.Sum(c => (decimal)c.Files) != Data.Files || Contents.Sum(c => (decimal)c.Bytes) != Data.Bytes ? "the sizes of its contents do not add up" : null)
            ?? (DigestOf(Contents) != Data.Sha256 ? "its SHA-256 is not that of its contents" : null),
        _ => $"format {Format} with {Contents?.Count ?? 0} listed contents",
    };

    private static string DigestOf(IReadOnlyList<BackupContent> contents) => contents is [{ Sha256: var alone }]
        ? alone
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(contents.Select(c => $"{c.Sha256}  {EntryOf(c.Part)}\n")))));
}
