using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent.Tests;

/// <content>What engine, kernel and disk hold, compared with what was ordered.</content>
internal sealed partial class OrderedNode
{
    private async Task<List<string>> Differences()
    {
        var differences = new List<string>();
        var mains = wanted.Values.Select(s => SubnodeContainer.Of(node.Place, s)).ToArray();
        var names = mains.SelectMany(m => m.Set.Select(c => c.Name)).ToArray();
        var containers = await node.Engine.Containers.List(node.Place.Labels);
        var networks = await node.Engine.Networks.List(node.Place.Labels);
        Compare("containers", names, containers.Where(c => c.State == "running").Select(c => c.Name));
        Compare("containers in any state", names, containers.Select(c => c.Name));
        Compare("networks", mains.Select(m => m.SetName), networks.Select(n => n.Name));
        Compare("volumes", mains.SelectMany(m => m.Volumes.Select(v => v.Name)), (await node.Engine.Volumes.List(node.Place.Labels)).Select(v => v.Name));
        var sized = mains.Where(m => m.Subnode.Limits.DiskBytes is not null).SelectMany(m => m.Volumes.Select(v => v.Name)).ToArray();
        Compare("volume files", sized, Directory.EnumerateFiles(node.Volumes, "*", SearchOption.AllDirectories).Select(f => Path.GetFileName(f)[..^".img".Length]));
        Compare("loop devices", sized, LoopDevices.Backed().Where(l => l.File.StartsWith(node.Volumes, StringComparison.Ordinal)).Select(l => Path.GetFileNameWithoutExtension(l.File)));
        Compare("specs and memories", mains.SelectMany(m => m.Set.Select(c => $"{c.Name} {c.SpecHash} {c.Asked[Limit.Memory]}")), await SpecsAndMemories(names));
        using var firewall = new HostFirewall(node.Place);
        foreach (var network in networks.Where(n => mains.Any(m => m.SetName == n.Name)))
        {
            var rules = mains.Single(m => m.SetName == network.Name).Firewall;
            Compare($"firewall of {network.Name}", [$"{rules.Digest} {rules.BitsPerSecond}"], [(await firewall.Read(network.Id)) is var (digest, bits) ? $"{digest} {bits}" : ""]);
            Compare($"traffic of {network.Name}", [$"{NetworkBits}"], [$"{BridgeTraffic.Read(network.Id)}"]);
        }

        Compare("bridges in the firewall", networks.Select(n => $"br-{n.Id[..12]}"), FirewallReader.Read(node.FirewallTable).Bridges);
        return differences;

        void Compare(string what, IEnumerable<string> expected, IEnumerable<string> found)
        {
            var (left, right) = (string.Join(' ', expected.Order()), string.Join(' ', found.Order()));
            if (left != right)
            {
                differences.Add($"{what}: expected {left}, found {right}");
            }
        }
    }

    private async Task<IEnumerable<string>> SpecsAndMemories(IEnumerable<string> names)
    {
        var found = new List<string>();
        foreach (var name in names)
        {
            var container = await node.Engine.Containers.Find(name);
            found.Add($"{name} {container?.Labels.GetValueOrDefault(Label.Spec)} {container?.Limits.MemoryBytes}");
        }

        return found;
    }
}
