using Skale.Contracts;
using Skale.EventStore;
using Skale.Hosting;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler;

/// <summary>What reports of a node are checked with.</summary>
/// <param name="IsNode">Whether the network has such a node.</param>
/// <param name="Verifier">Of the machine that joined as the node last; null when none has.</param>
internal sealed record AgentKey(bool IsNode, VerifierKey? Verifier);

/// <summary>The keys of the nodes' machines, as the log has them. They are remembered: to ask the log takes as long as a commit.</summary>
internal sealed class AgentKeys([FromKeyedServices(SchedulerSetup.Name)] LogService<Network> log)
{
    private readonly Lock gate = new();
    private readonly Dictionary<NodeId, AgentKey> known = [];
    private long joins;

    public async Task<AgentKey> Of(NodeId node)
    {
        long before;
        lock (gate)
        {
            if (known.TryGetValue(node, out var remembered))
            {
                return remembered;
            }

            before = joins;
        }

        var (isNode, text) = await log.Read(n => n.Nodes.TryGetValue(node, out var found) ? (true, found.IdentityKey) : (false, null));
        var key = new AgentKey(isNode, text is null ? null : VerifierKey.Parse(text, $"the key of node {node}"));
        lock (gate)
        {
            // What was read before a machine joined may be the key that it replaced; nodes that there are not could be named without end.
            if (isNode && before == joins)
            {
                known[node] = key;
            }
        }

        return key;
    }

    /// <summary>Call it when it is recorded that a machine has joined as the node.</summary>
    public void Forget(NodeId node)
    {
        lock (gate)
        {
            joins++;
            known.Remove(node);
        }
    }
}
