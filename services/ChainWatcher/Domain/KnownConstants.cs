using System.Collections.Frozen;

namespace Skale.ChainWatcher.Domain;

/// <summary>Names of the settings that ConstantUpdated tells only by hash (skale-facts 1.2 and 1.4; the names are those of ConstantsHolder 1.12.0).</summary>
public static class KnownConstants
{
    public const string RotationDelay = "RotationDelay";
    public const string ComplaintTimeLimit = "ComplaintTimeLimit";
    public const string MinimumStake = "MSR";
    public const string MinimalChainLifetime = "MinimalSchainLifetime";

    /// <summary>keccak256 of the name to the name.</summary>
    public static FrozenDictionary<string, string> ByHash { get; } = new Dictionary<string, string>
    {
        ["0x0260a2f8e968b9920259c990e94615e40cbb85d6a78da6530fea0e6335cef1e7"] = RotationDelay,
        ["0x713fc24cd0c156dd8007d060b8150fabed8aff11c2df99b19959f9c4cfd39093"] = ComplaintTimeLimit,
        ["0xf5866765a64fec865628e2f34fa2e4f3b78980279060a19c4128c366c8589f2f"] = MinimumStake,
        ["0x2cb18d13b51be12b2236ad826a73bb4de049f81742ca8e933c12fde9610a28ed"] = MinimalChainLifetime,
        ["0xbffc1a4eba9c90d60f550ea8f8ea8e26f6bc1a05280aa5e6386b93884c671ab8"] = "SchainCreationTimeStamp",
        ["0xa59f506ee6a1a5fc8fcfdf5b7a8f377f17f7412441bb6e9baff81d6fdd82b32d"] = "MinNodeBalance",
        ["0xb62dee18bfb5ad31258b936cc333a2ade32fc12f60ea5cf14d351ae9cf8aff15"] = "RewardPeriod",
        ["0x0401509110e20445c4ef2769592f2dc35d0dc078adf3901ce31e7fdb4a5e45cd"] = "DeltaPeriod",
        ["0xee69ec49e70003444baa24769051ebc1f5b8ba6f78a07267d0771cf5e95d588c"] = "CheckTime",
        ["0x18e130645dfc1e93cbc22a3384c66bb2929c4d26743df0255af5dae21a5014fa"] = "AllowableLatency",
        ["0x6b3a88f2405381d1fc38805ab7d601fe2979c5f15c03a319bc39deb4f685e3e2"] = "LaunchTimestamp",
        ["0x0874c184d16b081dccd10b62bf7d926a65e28d3ab8350d926a9b3951b827eb9e"] = "ProofOfUseLockUpPeriodDays",
        ["0x3993d3f60ef6cfcfe4b2255c88a980e845f8ad249fe33ca369299694e75c4a8e"] = "ProofOfUseDelegationPercentage",
        ["0x1fa6a64a4a83b4a21dac01ab295bf52ac9cf4d5ea70abc9906b13a04bbbbfb89"] = "LimitValidatorsPerDelegator",
    }.ToFrozenDictionary();
}
