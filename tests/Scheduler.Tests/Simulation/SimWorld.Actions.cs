using Skale.Contracts;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler.Tests.Simulation;

/// <summary>Something that happens to the world; the numbers mean whatever there is to choose from when it happens, so that any action can be left out.</summary>
internal readonly record struct SimAction(int Kind, int A, int B, int C)
{
    public static SimAction Draw(Random random) => new(random.Next(100), random.Next(1 << 20), random.Next(1 << 20), random.Next(1 << 20));
}

/// <summary>The actions, and what must hold after each and at the end.</summary>
internal sealed partial class SimWorld
{
    private const int MostRounds = 400;
    private const int LongestLine = 400;
    private static readonly string[] Asked = ["asked0", "asked1", "asked2"];
    private static readonly string[] Images = ["evm:1", "evm:2", SimNode.BadImage];

    /// <summary>What was done, a line each.</summary>
    public List<string> History { get; } = [];

    /// <summary>The scheduler's log.</summary>
    public IReadOnlyList<object> Recorded => scheduler.Log;

    /// <summary>Does it and checks what must hold always.</summary>
    public void Do(SimAction action)
    {
        Note($"{action}");
        if (Act(action) is { } done)
        {
            History.RemoveAt(History.Count - 1);
            Note(done);
        }

        Check();
    }

    /// <summary>Everything is repaired and starts again, nothing is lost any more: then agents run exactly what the scheduler's state says, and nothing else.</summary>
    public void Settle()
    {
        Note("everything is repaired");
        watcher.Restart(0);
        scheduler.Restart(0);
        early.Clear();
        StartScheduler();
        foreach (var node in nodes)
        {
            node.Cut = false;
            node.Die(powerCut: false);
            node.Start();
        }

        for (var round = 0; round < 8; round++)
        {
            Quiesce();
            Pass(TimeSpan.FromMinutes(2));
        }

        Quiesce();
        foreach (var node in nodes)
        {
            var ordered = Network.Chains.Values.SelectMany(c => c.Members.Values).Where(m => m.Node == node.Id && m.HasOrder).Select(m => m.Subnode!).OrderBy(s => s.Chain).ToArray();
            Rule(ordered.SequenceEqual(node.Agent.State.Subnodes.Values), $"agent of node {node.Id} knows exactly what was ordered: {Text(ordered)} ordered, {Text(node.Agent.State.Subnodes.Values)} known");
            Rule(ordered.SequenceEqual(node.Engine.Running.OrderBy(s => s.Chain).Select(s => ordered.FirstOrDefault(o => o.Chain == s.Chain && o.Slices == s.Slices && o.Image == s.Image) ?? s)),
                $"node {node.Id} runs exactly what was ordered: {Text(ordered)} ordered, {Text(node.Engine.Running)} run");
        }

        foreach (var node in nodes)
        {
            Rule(node.HoldsWholeSets(), $"node {node.Id} runs every container of what was ordered, and no other: {string.Join(' ', node.Engine.Containers)}");
        }

        Rule(Network.LastFact == watcher.State.LastFact, "the scheduler has every fact");
        var unconfirmed = Network.Chains.Values.SelectMany(c => c.Members.Values.Where(m => m.Phase == MemberPhase.RemovalOrdered).Select(m => $"{c.Name} on node {m.Node}"));
        Rule(!unconfirmed.Any(), $"every removal is confirmed: not {string.Join(", ", unconfirmed)}");
        Rule(Network.Chains.Values.Where(c => c.HasGroup).All(c => c.Group.All(n => c.Members[n].Serves)), "every member of a chain serves");
        Rule(Network.Nodes.Values.All(n => n.Reservations.All(r => r.Value.Slices == Network.Chains[r.Key].Slices)), "every node holds what its chains have");
        Rule(Network.Chains.Values.All(c => !c.HasGroup || (c.ImageChange is null && c.Members.Values.All(m => m.Subnode?.Image == Rollout.ImageFor(Network, c)))), "every member runs the chain's image, and no change of it is left");
        foreach (var (chain, (named, _)) in SimContract.Names.Select(n => (new ChainName(n), contract.GroupOf(n))).Where(x => x.Item2 is { Told: true }).Select(x => (x.Item1, x.Item2!.Value)))
        {
            if (Network.Chains.GetValueOrDefault(chain) is { HasGroup: true, Terms: null, Told: { } told } known)
            {
                Rule(told.Select(s => s.Node?.Value).SequenceEqual(named), $"chain {chain} has the group that the contract names: {string.Join(' ', told)} instead of {string.Join(' ', named)}");
                Rule(known.Underway is null && (known.Stalled is not null || known.Group.Select(n => (long?)n.Value).SequenceEqual(named)), $"chain {chain} is served by it, or says what it waits for");
            }
        }
    }

    private string? Act(SimAction x) => x.Kind switch
    {
        < 30 => Some(x, i => bus.Count == 0 ? null : Deliver((x.A + (i * 7919)) % bus.Count, repeat: false)),
        < 32 => bus.Count == 0 ? null : Deliver(x.A % bus.Count, repeat: true),
        < 33 => bus.Count == 0 ? null : Lose(x.A % bus.Count),
        < 50 => Relay(x.A, x.B),
        < 58 => contract.Mine(x.A, x.B, x.C),
        < 63 => Scan(x.A % 4),
        < 64 => contract.Height == 0 ? null : contract.Fork(1 + (x.A % 4)),
        < 82 => nodes[x.A % nodes.Length] is { Lives: true } node ? Some(x, i => node.Work(x.B + i, i == 0 && x.C % 20 == 0)) : null,
        < 84 => Flip(nodes[x.A % nodes.Length], x.B),
        < 85 => Restart(x.A, x.B % 6),
        < 91 => Pass(TimeSpan.FromSeconds(x.A % 90)),
        91 => Calm(1 + (x.A % 12)),
        _ => Ask(x),
    };

    /// <summary>A few at once: otherwise little would ever come to its end.</summary>
    private static string? Some(SimAction x, Func<int, string?> act)
    {
        string[] done = [.. Enumerable.Range(0, 1 + (x.C % 8)).Select(act).OfType<string>()];
        return done.Length == 0 ? null : string.Join("; ", done);
    }

    private string Lose(int index)
    {
        var (to, body) = bus[index];
        bus.RemoveAt(index);
        return $"lost on its way to {to}: {Short(body)}";
    }

    private string? Relay(int who, int most)
    {
        var (a, n) = (who % (nodes.Length + 2), 1 + (most % 30));
        switch (a)
        {
            case 0:
                watcher.Relay(n);
                return $"watcher publishes {n}";
            case 1:
                scheduler.Relay(n);
                return $"scheduler publishes {n}";
            default:
                nodes[a - 2].Agent.Relay(n);
                return $"agent {a - 2} publishes {n}";
        }
    }

    private static string Flip(SimNode node, int how)
    {
        if (how % 3 == 0)
        {
            node.Cut = !node.Cut;
            return $"node {node.Id} is {(node.Cut ? "not heard" : "heard")}";
        }

        if (node.Lives)
        {
            node.Die(powerCut: how % 2 == 0);
            return $"node {node.Id} dies";
        }

        node.Start();
        return $"node {node.Id} returns";
    }

    private string Restart(int who, int forgotten)
    {
        if (who % 2 == 0)
        {
            watcher.Restart(forgotten);
            return "watcher restarts";
        }

        scheduler.Restart(forgotten);
        early.Clear();
        StartScheduler();
        return "scheduler restarts";
    }

    private string? Running(int which) =>
        Network.Chains.Values.Where(c => c.HasGroup).Select(c => c.Name.Value).Order().ToArray() is { Length: > 0 } running ? running[which % running.Length] : null;

    private string Ask(SimAction x)
    {
        var (chain, node, key) = (Asked[x.B % Asked.Length], x.C % nodes.Length, $"request {requests++} ");
        IRequest request = (x.A % 12) switch
        {
            < 3 => Sample.Asked(chain, x.B / Asked.Length % 6 == 0 ? "set" : null, 16 << (x.C % 3), 1 + (x.C / 3 % 3), key: key),
            3 => Sample.Unwanted(chain, key: key),
            4 => Sample.Rotation(chain, x.B % 2 == 0 ? null : node, key: key),
            5 => Sample.Resize(chain, 8 << (x.C % 5), key: key),
            > 7 => Sample.Image(Running(x.B) ?? chain, Images[x.C % Images.Length], key: key),
            6 => Sample.Drain(node, x.B % 3 == 0, key: key),
            _ => Sample.Hold(node, x.B % 3 == 0, key: key),
        };
        scheduler.Submit(request, now);
        return Spec.Text(request);
    }
}
