using System.Net;
using Skale.Contracts;
using Skale.Docker;
using Skale.NodeAgent.Domain;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>Chain containers as the agent makes them, with a shell script in the chain's place.</summary>
internal sealed class AttackBox(EngineNode node, MachineLimits limits, DockerSteps steps)
{
    public const long DiskBytes = 64 << 20, IoBytes = 4 << 20, NetworkBits = 8_000_000;


    public HostAbilities Abilities => limits.Abilities;

    public static async Task<AttackBox> Open(EngineNode node)
    {
        var limits = new MachineLimits(node.Engine, new DataVolumes(node.Volumes, node.Place), new NetworkLimits(node.Place), new ChainOverlay(node.Place, node.Engine));
        await limits.Probe(await node.Engine.Info(), NodeBudget.Default with { DiskBytes = 128 * DiskBytes }, CancellationToken.None);
        return new AttackBox(node, limits, new DockerSteps(node.Place, node.Engine, limits, SubnetPool.Parse("10.128.0.0/9")!, new ImageVerifier(node.Engine, "", TimeSpan.Zero), TimeSpan.FromSeconds(1)));
    }

    /// <summary>Skips, with the host's reason, what the host cannot enforce.</summary>
    public void Need(Limit limit)
    {
        if (Abilities.Missing.TryGetValue(limit, out var reason))
        {
            Assert.Skip($"{limit.Name()}: {reason}");
        }
    }

    /// <summary>Starts a script; <c>$b</c> is busybox. Returns the container.</summary>
    /// <param name="order">Changes what is ordered.</param>
    /// <param name="ports">Published besides the API's.</param>
    public async Task<ContainerDetails> Start(string chain, string script, int slot = 0, Func<Subnode, Subnode>? order = null, Func<Subnode, IEnumerable<PublishedPort>>? ports = null)
    {
        var subnode = node.Subnode(chain, 1, slot);
        subnode = order?.Invoke(subnode) ?? subnode;
        subnode = subnode with { Limits = subnode.Limits with { DiskBytes = DiskBytes, IoBytesPerSecond = IoBytes, NetworkBitsPerSecond = NetworkBits } };
        var container = SubnodeContainer.Of(node.Place, subnode);
        await steps.Do(new Step.CreateNetwork(subnode.Chain, container.Name, slot), CancellationToken.None);
        await steps.Do(new Step.CreateVolume(subnode.Chain, container.Name, Abilities.Can(Limit.Disk) ? DiskBytes : null), CancellationToken.None);
        var spec = DockerContainer.SpecOf(container, TimeSpan.FromSeconds(1), limits.At(container)) with
        {
            Entrypoint = ["/bin/busybox", "sh", "-c"],
            Command = [$"b=/bin/busybox; {script}"],
            Restart = RestartPolicy.Never,
            Ports = [.. ports?.Invoke(subnode) ?? []],
        };
        Assert.Empty(IsolationRule.Faults(spec));
        await node.Engine.Containers.Create(spec);
        await steps.Do(new Step.StartContainer(container), CancellationToken.None);
        return await node.Container(chain);
    }

    /// <summary>Runs a script to its end and returns what it printed.</summary>
    public async Task<string> Run(string script, Func<Subnode, Subnode>? order = null)
    {
        var container = await Start("attacker", script, order: order);
        using var limit = new CancellationTokenSource(Wait.Patience);
        await node.Engine.Containers.Wait(container.Id, limit.Token);
        var lines = new List<string>();
        await foreach (var line in node.Engine.Containers.Logs(container.Id, cancellation: limit.Token))
        {
            lines.Add(line.Text);
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', lines));
        return string.Join('\n', lines);
    }

    public static IPAddress AddressOf(ContainerDetails container) => IPAddress.Parse(container.Networks.Values.Single().Address);
}
