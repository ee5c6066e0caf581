using Skale.Contracts;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler.Tests.Simulation;

// What is checked, and how things come to rest.
internal sealed partial class SimWorld
{
    private void Quiesce()
    {
        for (var round = 0; round < MostRounds; round++)
        {
            if (!Round())
            {
                return;
            }
        }

        throw new InvalidOperationException($"Broken: nothing new, and no rest after {MostRounds} rounds.");
    }

    /// <summary>Nothing goes wrong for a while: without that little would ever come to its end.</summary>
    private string Calm(int rounds)
    {
        while (rounds-- > 0 && Round())
        {
        }

        return "calm";
    }

    /// <summary>Whoever lives publishes, takes a step and gets what was sent; false when there was nothing to do.</summary>
    private bool Round()
    {
        var moved = Scan(100) is var _ && watcher.State.NextBlock <= contract.Height;
        watcher.Relay(int.MaxValue);
        scheduler.Relay(int.MaxValue);
        foreach (var node in nodes.Where(n => n.Lives))
        {
            node.Agent.Relay(int.MaxValue);
            if (node.Work(0, fails: false) is { } work)
            {
                Note(work);
                moved = true;
            }
        }

        for (var at = 0; at < bus.Count;)
        {
            if (Deliver(at, repeat: false) is { } done)
            {
                Note(done);
                moved = true;
            }
            else
            {
                at++;
            }
        }

        Check();
        return moved;
    }

    /// <summary>Machines hold what the books say, at every moment: no more slices than there are, and nothing that is not reserved.</summary>
    private void Check()
    {
        CheckImages();
        foreach (var node in nodes)
        {
            var running = node.Engine.Running.ToArray();
            Rule(running.Sum(s => s.Slices) <= Node.TotalSlices, $"machine {node.Id} runs at most 128 slices: {Text(running)}");
            Rule(running.All(s => Network.Nodes.TryGetValue(node.Id, out var known) && known.Reservations.TryGetValue(s.Chain, out var held) && held.Slices >= s.Slices),
                $"what machine {node.Id} runs is reserved: {Text(running)}");
        }
    }

    /// <summary>A change of image has one member at a time before it; outside of one all members have the chain's image.</summary>
    private void CheckImages()
    {
        foreach (var chain in Network.Chains.Values.Where(c => c.HasGroup))
        {
            var members = chain.Group.Select(n => chain.Members[n]).Where(m => m.Subnode is not null).ToArray();
            if (chain.ImageChange is { } change)
            {
                Rule(members.Count(m => m.AwaitsImage && m.Subnode!.Image == change.Target) <= 1, $"one member of {chain.Name} at a time gets another image: {Text(members.Select(m => m.Subnode!))}");
            }
            else
            {
                Rule(members.All(m => m.Subnode!.Image == Rollout.ImageFor(Network, chain)), $"all members of {chain.Name} have its image: {Text(members.Select(m => m.Subnode!))}");
            }
        }
    }

    private static string Short(object body) => body switch
    {
        IFact e => $"{e.GetType().Name} {e.Origin.Number}",
        NodeEnrolled e => $"NodeEnrolled {e.Report} of node {e.Node}, generation {e.Generation}",
        AssignNode e => $"AssignNode, generation {e.Generation}: {Text(e.Subnodes)}, removals {string.Join(' ', e.Removals)}",
        StartSubnode e => $"StartSubnode, generation {e.Generation}: {Text([e.Subnode])}",
        SubnodeStarted e => $"SubnodeStarted {e.Report} of node {e.Node}: {e.Chain} g{e.Generation}",
        _ => Spec.Text(body),
    };

    private void Note(string line) => History.Add($"  {(line.Length > LongestLine ? line[..LongestLine] : line)}");

    private static string Text(IEnumerable<Subnode> subnodes) => $"[{string.Join(", ", subnodes.Select(s => $"{s.Chain} {s.Slices} {s.Image} g{s.Generation}"))}]";

    private static void Rule(bool holds, string rule)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"Broken: {rule}.");
        }
    }
}
