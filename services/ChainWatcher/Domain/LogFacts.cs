using Skale.Contracts;

namespace Skale.ChainWatcher.Domain;

/// <summary>The facts that one log tells alone. Null for an event that tells none so: it is kept raw.</summary>
internal static class LogFacts
{
    /// <summary>About nodes, chain types and the manager itself.</summary>
    /// <exception cref="UnfitFieldException">A field is absent or does not fit.</exception>
    public static IFact? OfNetwork(FactOrigin at, string? name, EventFields f) => name switch
    {
        "NodeCreated" => new NodeRegistered(
            at, f.Node("nodeIndex"), f.Text("name"), f.Text("owner"), f.Ip("ip"), f.Ip("publicIP"), f.Int("port"), f.Int("nonce"), f.TextOrEmpty("domainName")),
        "ExitInitialized" or "ExitInited" => new NodeExitStarted(at, f.Node("nodeIndex")),
        "ExitCompleted" => new NodeExitCompleted(at, f.Node("nodeIndex")),
        "MaintenanceNode" => new NodeMaintenanceChanged(at, f.Node("nodeIndex"), f.Flag("status")),
        "IncompliantNode" => new NodeComplianceChanged(at, f.Node("nodeIndex"), !f.Flag("status")),
        "IPChanged" => new NodeAddressChanged(at, f.Node("nodeIndex"), f.Ip("previousIP"), f.Ip("newIP")),
        "SchainTypeAdded" => new ChainTypeAdded(at, f.Long("schainType"), f.Int("partOfNode"), f.Int("numberOfNodes")),
        "SchainTypeRemoved" => new ChainTypeRemoved(at, f.Long("schainType")),
        "ConstantUpdated" => new ConstantChanged(
            at, f.Text("constantHash"), KnownConstants.ByHash.GetValueOrDefault(f.Text("constantHash")), f.Decimal("previousValue"), f.Decimal("newValue")),
        "IPRangeAdded" => new IpRangeAdded(at, f.Text("name"), f.Ip("startIP"), f.Ip("endIP")),
        "IPRangeRemoved" => new IpRangeRemoved(at, f.Text("name")),
        "ContractUpgraded" => new ContractUpgraded(at, f.Text("contractsName"), f.Text("contractsAddress")),
        "VersionUpdated" => new ManagerVersionChanged(at, f.Text("oldVersion"), f.Text("newVersion")),
        "BountyReceived" or "BountyGot" => new BountyReceived(
            at, f.Node("nodeIndex"), f.Text("owner"), f.Decimal("averageDowntime"), f.Decimal("averageLatency"), f.Decimal("bounty")),
        "ComplaintError" => new KeyComplaintRejected(at, f.Text("error")),
        _ => null,
    };

    /// <summary>About one chain.</summary>
    /// <exception cref="UnfitFieldException">A field is absent or does not fit.</exception>
    public static IFact? OfChain(FactOrigin at, string? name, EventFields f, ChainNames names) => name switch
    {
        "SchainDeleted" => new ChainDeleted(at, new ChainName(f.Text("name")), f.ChainHash(), f.Text("owner")),
        "RotationDelaySkipped" => new RotationDelaySkipped(at, names.Find(f.ChainHash()), f.ChainHash()),
        "ChannelOpened" => new KeyCeremonyStarted(at, names.Find(f.ChainHash()), f.ChainHash()),
        "BroadcastAndKeyShare" => new KeyShareBroadcast(at, names.Find(f.ChainHash()), f.ChainHash(), f.Node("fromNode")),
        "AllDataReceived" => new KeyDataReceived(at, names.Find(f.ChainHash()), f.ChainHash(), f.Node("nodeIndex")),
        "SuccessfulDKG" => new KeyCeremonyCompleted(at, names.Find(f.ChainHash()), f.ChainHash()),
        "ComplaintSent" => new KeyComplaintSent(at, names.Find(f.ChainHash()), f.ChainHash(), f.Node("fromNodeIndex"), f.Node("toNodeIndex")),
        _ => null,
    };
}
