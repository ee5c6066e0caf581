using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using Skale.Contracts;

namespace Skale.ChainWatcher.Domain.Manager;

/// <summary>Everything of the folded state that the contracts can be asked for.</summary>
public static class Questions
{
    private const string NoChain = "0x0000000000000000000000000000000000000000000000000000000000000000";

    public static IEnumerable<Question> Of(ManagerState state) =>
        [.. OfNetwork(state), .. state.Nodes.Values.SelectMany(n => OfNode(state, n)), .. state.Chains.Values.OrderBy(c => c.Hash, StringComparer.Ordinal).SelectMany(c => OfChain(state, c))];

    private static IEnumerable<Question> OfNetwork(ManagerState state)
    {
        yield return Network("Nodes", "getNumberOfNodes", "number of nodes", Number(state.Nodes.Count));
        yield return Ask("network", "Nodes", "getActiveNodeIds", [], Whole("active nodes", Texts.Set(Ids(state.Nodes.Values.Where(n => n.Status == NodeStatus.Active).Select(n => n.Id))), Texts.Set));
        yield return Ask("network", "SchainsInternal", "getSchains", [], Whole("chains", Texts.Set(state.Chains.Keys.ToArray<object>()), Texts.Set));
        yield return Network("SchainsInternal", "numberOfSchains", "number of chains", Number(state.Chains.Count));
        if (state.Types.Count > 0)
        {
            yield return Network("SchainsInternal", "numberOfSchainTypes", "number of chain types", Number(state.Types.Keys.Max()));
        }

        foreach (var (id, type) in state.Types)
        {
            yield return Ask($"chain type {id}", "SchainsInternal", "getSchainType", [(BigInteger)id], type.Removed ? [] : [Part(0, "units", Number(type.Units)), Part(1, "group size", Number(type.GroupSize))]);
        }

        foreach (var (name, getter) in new[]
        {
            (KnownConstants.RotationDelay, "rotationDelay"), (KnownConstants.ComplaintTimeLimit, "complaintTimeLimit"), (KnownConstants.MinimumStake, "msr"),
            (KnownConstants.MinimalChainLifetime, "minimalSchainLifetime"),
        })
        {
            if (state.Constants.TryGetValue(name, out var value))
            {
                yield return Network("ConstantsHolder", getter, $"constant {name}", Texts.Of(value));
            }
        }

        yield return Network("SyncManager", "getIPRangesNumber", "number of address ranges", Number(state.IpRanges.Count));
        for (var at = 0; at < state.IpRanges.Count; at++)
        {
            var range = state.IpRanges[at];
            yield return Ask($"address range {range.Name}", "SyncManager", "getIPRangeByIndex", [(BigInteger)at], Part(0, "first address", range.FirstIp, Texts.Ip), Part(1, "last address", range.LastIp, Texts.Ip));
        }
    }

    private static IEnumerable<Question> OfNode(ManagerState state, ManagedNode node)
    {
        var subject = $"node {node.Id}";
        object id = (BigInteger)node.Id.Value;
        Question One(string contract, string function, string what, string value, bool silent = false) =>
            Ask(subject, contract, function, [id], Part(0, what, value, silent: silent));

        Expected[] record =
        [
            Part(0, "name", node.Name), Part(1, "ip", node.Ip, Texts.Ip), .. node.PublicIp is { } publicIp ? [Part(2, "public ip", publicIp, Texts.Ip)] : Array.Empty<Expected>(),
            Part(3, "port", Number(node.Port)), Part(4, "start block", Number(node.StartBlock)), Part(6, "finish time", Number(node.FinishTime)), Part(7, "status", Number((int)node.Status)),
        ];
        yield return Ask(subject, "Nodes", "nodes", [id], record);
        yield return One("Nodes", "getNodeAddress", "owner", node.Owner);
        yield return One("Nodes", "getNodeStatus", "status", Number((int)node.Status));
        yield return One("Nodes", "isNodeVisible", "visible", Flag(node.IsVisible));
        yield return One("Nodes", "incompliant", "incompliant", Flag(!node.Compliant));
        yield return One("Nodes", "getNodeFinishTime", "finish time", Number(node.FinishTime));
        yield return One("Nodes", "getLastChangeIpTime", "time of the last change of address", Number(node.IpChangedAt));
        yield return One("Nodes", "getNodeDomainName", "domain name", node.DomainName, silent: true);
        if (state.PlacementDoubts.Count == 0)
        {
            yield return One("Nodes", "getFreeSpace", "free units", Number(node.FreeUnits));
            yield return Ask(subject, "SchainsInternal", "getSchainHashesForNode|getSchainIdsForNode", [id], Whole("slots", Texts.List(node.Slots.Chains.Select(c => c ?? NoChain))));
        }

        yield return Ask(subject, "NodeRotation", "getLeavingHistory", [id], Whole("leaving history", Texts.List(node.Leavings.Select(l => Texts.List([l.ChainHash, Number(l.FinishedAt)])))));
    }

    private static IEnumerable<Question> OfChain(ManagerState state, ManagedChain chain)
    {
        var subject = $"chain {chain.Name}";
        var (ceremony, rotation) = (state.CeremonyOf(chain.Hash), chain.Rotation);
        Question One(string contract, string function, string what, string value) => Ask(subject, contract, function, [chain.Hash], Part(0, what, value));

        Expected[] record =
        [
            Part(0, "name", chain.Name.Value), Part(1, "owner", chain.Owner), Part(3, "units", Number(chain.Units)),
            .. chain.Lifetime == TimeSpan.MaxValue ? Array.Empty<Expected>() : [Part(4, "lifetime", Number((long)chain.Lifetime.TotalSeconds))],
            Part(5, "start", Number(chain.StartedAt.ToUnixTimeSeconds())), Part(6, "start block", Number(chain.StartBlock)),
        ];
        yield return Ask(subject, "SchainsInternal", "schains", [chain.Hash], record);
        yield return Ask(
            subject, "NodeRotation", "getRotation", [chain.Hash], Part(0, "leaving node", Number(rotation.OldNode)), Part(1, "new node", Number(rotation.NewNode)),
            Part(2, "frozen until", Number(rotation.FreezeUntil)), Part(3, "rotation counter", Number(rotation.Counter)));
        if (chain.IsGroupKnown)
        {
            yield return Ask(subject, "SchainsInternal", "getNodesInGroup", [chain.Hash], Whole("group", Texts.Of(Ids(chain.Group!))));
            foreach (var member in state.PlacementDoubts.Count == 0 ? chain.Members : [])
            {
                yield return Ask(
                    subject, "SchainsInternal", "placeOfSchainOnNode", [chain.Hash, (BigInteger)member.Value],
                    Part(0, $"slot on node {member}", Number(state.Nodes.TryGetValue(member, out var node) ? node.Slots.PlaceOf(chain.Hash) : 0)));
            }
        }

        yield return One("SkaleDKG", "isLastDKGSuccessful", "last key ceremony successful", Flag(ceremony.IsLastSuccessful));
        yield return One("SkaleDKG", "isChannelOpened", "key ceremony open", Flag(ceremony.IsOpen));
        yield return One("SkaleDKG", "getChannelStartedBlock", "key ceremony started in block", Number(ceremony.StartedBlock));
        yield return One("SkaleDKG", "getChannelStartedTime", "key ceremony started at", Number(ceremony.StartedAt));
        yield return One("SkaleDKG", "getTimeOfLastSuccessfulDKG", "last success of a key ceremony at", Number(ceremony.LastSuccessAt));
        yield return One("SkaleDKG", "pendingToBeReplaced", "member of a stuck ceremony to be replaced", Number(ceremony.PendingToBeReplaced?.Value ?? 0));
        yield return One("SkaleDKG", "getNumberOfBroadcasted", "members that sent their key shares", Number(ceremony.Broadcasted));
        yield return One("SkaleDKG", "getNumberOfCompleted", "members that have all key shares", Number(ceremony.Completed));
    }

    private static Question Network(string contract, string function, string what, string value) => Ask("network", contract, function, [], Part(0, what, value));

    private static Question Ask(string subject, string contract, string function, object[] arguments, params Expected[] expected) => new(subject, contract, function, [.. arguments], [.. expected]);

    private static Expected Whole(string what, string value, Func<object, string>? read = null) => Part(0, what, value, read, whole: true);

    /// <summary>A struct comes as one list, or as its members one by one: both are legal in an ABI.</summary>
    private static Expected Part(int at, string what, string value, Func<object, string>? read = null, bool silent = false, bool whole = false) => new(
        what, value,
        results =>
        {
            var parts = !whole && results is [IReadOnlyList<object> inner] ? inner : results;
            return at < parts.Count ? (read ?? Texts.Of)(parts[at]) : throw new UnfitFieldException(what, $"{parts.Count} values", $"at least {at + 1}");
        },
        silent);

    private static object[] Ids(IEnumerable<NodeId> nodes) => [.. nodes.Select(n => (object)(BigInteger)n.Value)];

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Flag(bool value) => value ? "true" : "false";
}
