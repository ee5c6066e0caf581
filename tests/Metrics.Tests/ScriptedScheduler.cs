using System.Security.Cryptography;
using System.Text;
using Skale.Contracts;
using Skale.EventStore;
using Skale.Scheduler.Domain;

namespace Skale.Metrics.Tests;

/// <summary>The scheduler's own rules, fed by a test: what it would store, in its own names and shapes.</summary>
internal sealed class ScriptedScheduler
{
    public const string Network = "test-network";

    private readonly NetworkDecider rules = new();
    private readonly Network state = new();
    private readonly Dictionary<string, long> versions = [];
    private readonly Dictionary<long, long> reports = [];
    private DateTimeOffset now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);
    private long fact;
    private int inputs;

    public ScriptedScheduler() => Take(new SchedulerStarted(Network, 0, SchedulingPolicy.Default, now));

    /// <summary>Everything stored so far.</summary>
    public List<StoredEvent> Events { get; } = [];

    public ScriptedScheduler Register(long node) =>
        Take(new NodeRegistered(Origin(), new NodeId(node), $"machine-{node}", "0xowner", $"10.0.0.{node}", $"20.0.0.{node}", 10_000, 0, ""));

    public ScriptedScheduler Enrol(long node, params SubnodeStatus[] subnodes) => Take(new NodeEnrolled(
        new NodeId(node), Report(node), new Machine($"host-{node}", 8, 32L << 30, 500L << 30, "20.10", "1.41", "linux", false), 0, subnodes, now));

    public ScriptedScheduler Nodes(int count)
    {
        for (var node = 0; node < count; node++)
        {
            Register(node).Enrol(node);
        }

        return this;
    }

    public ScriptedScheduler Buy(string chain, int slices, int groupSize, params long[] named) => Take(new ChainBought(
        Origin(), new ChainName(chain), Hash(chain), "0xbuyer", slices, groupSize, TimeSpan.FromDays(30), named.Length > 0 ? [.. named.Select(n => new NodeId(n))] : null));

    public ScriptedScheduler Delete(string chain) => Take(new ChainDeleted(Origin(), new ChainName(chain), Hash(chain), "0xbuyer"));

    public ScriptedScheduler Start(string chain, params long[] nodes)
    {
        foreach (var node in nodes)
        {
            var order = state.Chains[new ChainName(chain)].Members[new NodeId(node)].Subnode!;
            Take(new SubnodeStarted(new NodeId(node), Report(node), order.Chain, order.Generation, $"c-{chain}-{node}", "sha256:aa", $"http://10.0.0.{node}:{order.FirstPort + 3}", order.Limits, [], now));
        }

        return this;
    }

    public ScriptedScheduler Fail(string chain, long node, string reason) => Take(new SubnodeFailed(
        new NodeId(node), Report(node), new ChainName(chain), state.Chains[new ChainName(chain)].Members[new NodeId(node)].Subnode!.Generation, reason, now));

    public ScriptedScheduler Remove(string chain, params long[] nodes)
    {
        foreach (var node in nodes)
        {
            Take(new SubnodeRemoved(new NodeId(node), Report(node), new ChainName(chain), state.Nodes[new NodeId(node)].Generation, now));
        }

        return this;
    }

    /// <summary>Group of a chain, as chosen.</summary>
    public long[] GroupOf(string chain) => [.. state.Chains[new ChainName(chain)].Group.Select(n => n.Value)];

    /// <summary>One input through the scheduler's rules.</summary>
    /// <param name="causedBy">The message that it answers, where it names one.</param>
    public ScriptedScheduler Take(object input, Guid? causedBy = null)
    {
        now += TimeSpan.FromSeconds(1);
        var cause = EventId.Of($"test/{++inputs}");
        Guid? first = null;
        var ordinal = 0;
        for (var step = rules.Decide(state, input, now); step.Count > 0; step = rules.Next(state, now))
        {
            foreach (var decided in step)
            {
                var (type, data) = StoredEvents.Types.Serialize(decided);
                rules.Evolve(state, decided);
                var stored = Store(StoredEvents.StreamOf(decided), type, data, EventId.Of("scheduler", cause, ordinal++), first ?? causedBy ?? cause, cause);
                first ??= stored.Id;
            }
        }

        return this;
    }

    /// <summary>An event no rule gave: of a newer version, or damaged.</summary>
    public ScriptedScheduler Inject(string stream, string type, string json)
    {
        var cause = EventId.Of($"test/{++inputs}");
        Store(stream, type, Encoding.UTF8.GetBytes(json), EventId.Of("scheduler", cause, 0), cause, cause);
        return this;
    }

    /// <summary>Puts into a log what is not there yet.</summary>
    public async Task AppendTo(IEventLog log)
    {
        var head = (int)await log.Head();
        await log.Append([.. Events.Skip(head).Select(e => new NewEvent(e.Id, e.Stream, e.Version, e.Type, e.Data, e.At, e.CausationId, e.CorrelationId))]);
    }

    private StoredEvent Store(string stream, string type, ReadOnlyMemory<byte> data, Guid id, Guid cause, Guid correlation)
    {
        var version = versions[stream] = versions.GetValueOrDefault(stream) + 1;
        var stored = new StoredEvent(Events.Count + 1, id, stream, version, type, data, now, cause, correlation);
        Events.Add(stored);
        return stored;
    }

    private long Report(long node) => reports[node] = reports.GetValueOrDefault(node) + 1;

    private FactOrigin Origin() => new(Network, ++fact, 100 + fact, Hash($"block{fact}"), Hash($"block{fact - 1}"), now, Hash($"tx{fact}"), 0);

    private static string Hash(string text) => "0x" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
