using System.Text.Json;
using System.Text.Json.Serialization;
using Skale.Contracts;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>What a backup says of itself: <c>manifest.json</c>, the first entry of the archive, before <c>content.tar.gz</c>.</summary>
/// <param name="Format">1.</param>
/// <param name="Network">As in NodeAgent:Network.</param>
/// <param name="ChainHash">The chain's own: what tells chains apart that were named alike in two networks.</param>
/// <param name="EvmChainId">As the chain answers <c>eth_chainId</c>.</param>
public sealed record BackupManifest(int Format, string Network, ChainName Chain, string ChainHash, long EvmChainId, DataBackup Data)
{
    public const string Entry = "manifest.json";
    public const string ContentEntry = "content.tar.gz";

    /// <summary>The format that is written, and the only one that is read.</summary>
    public const int ThisFormat = 1;

    /// <summary>Bytes. A larger one is none.</summary>
    public const int LongestManifest = 64 << 10;

    private static readonly JsonSerializerOptions json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, json);

    /// <exception cref="RepairRefusedException">It is no manifest, or of another format.</exception>
    public static BackupManifest Parse(byte[] text, string file)
    {
        try
        {
            return JsonSerializer.Deserialize<BackupManifest>(text, json) is { Format: ThisFormat } manifest
                ? manifest
                : throw new RepairRefusedException(Refusal.BadInput, $"{file} is a backup of another format than {ThisFormat}; restore it with the version that wrote it.");
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
}

/// <summary>What kind of answer a refusal is.</summary>
public enum Refusal
{
    /// <summary>What was asked is wrong in itself.</summary>
    BadInput,

    NotFound,

    /// <summary>It does not fit what is there.</summary>
    Conflict,

    /// <summary>It was tried, and this machine could not.</summary>
    Failed,
}

/// <summary>What the machine's operator asked is not done; the message says why, and what is so instead.</summary>
public sealed class RepairRefusedException(Refusal refusal, string reason, Exception? cause = null) : Exception(reason, cause)
{
    public Refusal Refusal { get; } = refusal;
}
