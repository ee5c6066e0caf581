using System.Collections.Immutable;
using Skale.Contracts;
using Skale.NodeAgent.Domain;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>A subnode as a set: its containers, their names and volumes, and the order in which things happen to them.</summary>
public sealed class SidecarTests
{
    private static readonly ChainName Alpha = new("alpha");
    private readonly Subnode alone = Some.Subnode("alpha", 1);
    private readonly Subnode alpha = SomeSet.Alpha;
    private readonly Dictionary<ChainName, Trial> trials = [];

    /// <summary>An upgrade of the agent touches no chain that runs.</summary>
    [Fact]
    public void a_chain_without_sidecars_is_made_as_it_was_before_there_were_any()
    {
        var spec = DockerContainer.SpecOf(Some.Container(alone), TimeSpan.FromSeconds(1));
        Assert.Equal("69348073842d3e738caaa8cc9c4e7b4f29f1d90b0067fe2ac138478db5659831", Some.Container(alone).SpecHash);
        Assert.Equal(["skale.chain", "skale.generation", "skale.image", "skale.network", "skale.node", "skale.spec"], spec.Labels.Keys.Order());
        Assert.Equal([new("skale-test-7-alpha", "/data")], spec.Volumes);
        Assert.Equal(("skale-test-7-alpha", "skale-test-7-alpha", "chain", 0, 1), (spec.Name, spec.Network, spec.Hostname, spec.Environment.Count, spec.Ports.Count));
        Assert.Equal(Slice.Of(alone, Some.Place.Budget), SliceDivision.Of(alone, Some.Place.Budget, null));
    }

    [Fact]
    public void a_sidecar_that_comes_or_goes_leaves_the_main_container_as_it_is() =>
        Assert.Equal(Some.Container(alone).SpecHash, Some.Container(alone with { Sidecars = [SomeSet.Ima, SomeSet.Tail] }).SpecHash);

    /// <summary>Whoever buys a chain chooses its name, and must not come to another chain's containers or data by it.</summary>
    [Fact]
    public void no_chain_can_be_called_like_a_part_of_another()
    {
        string[] chains = ["alpha", "alpha-ima", "ima-alpha", ".ima-alpha", "7.ima-alpha", "alpha.ima", "a", "ima"];
        var names = chains.SelectMany(c => new[] { Some.Place.NameOf(new(c)), Some.Place.NameOf(new(c), "ima"), Some.Place.NameOf(new(c), "a") }.Select(n => (Chain: c, Name: n))).ToArray();
        Assert.Equal(names.Length, names.DistinctBy(n => n.Name).Count());
        Assert.All(names, n => Assert.Equal(new ChainName(n.Chain), Some.Place.ChainOf(n.Name)));
        Assert.Null(Some.Place.ChainOf("skale-test-71-alpha"));
        Assert.Null(Some.Place.ChainOf("skale-test-7.alpha"));
    }

    [Fact]
    public void a_part_of_the_data_is_mounted_where_it_is_named_and_filled_by_the_main_container_alone()
    {
        var specs = Some.Container(alpha).Set.Select(c => DockerContainer.SpecOf(c, TimeSpan.FromSeconds(1))).ToArray();
        Assert.Equal(["/data", "/data/db", "/data/files"], specs[0].Volumes.Select(v => v.Path));
        Assert.Equal(["/data", "/data/db"], specs[1].Volumes.Select(v => v.Path));
        Assert.Equal(["/data"], specs[2].Volumes.Select(v => v.Path));
        Assert.Equal([true, true, true, false, false, false], specs.SelectMany(s => s.Volumes.Select(v => v.TakesOver)));
        Assert.All(specs, s => Assert.Empty(IsolationRule.Faults(s)));
        Assert.Equal([1, 0, 0], specs.Select(s => s.Ports.Count));
    }

    [Fact]
    public async Task a_rehearsal_tells_of_sidecars_too()
    {
        var journal = Repository.NewFolder("rehearsal");
        await using (var agent = await AgentProcess.Start(journal, [Some.Node], ("NodeAgent:Simulate", "true"), ("NodeAgent:Development", "true")))
        {
            await agent.Order(new StartSubnode(Some.Node, 1, alpha, Some.Time));
            Assert.Equal(["ima", "tail"], (await agent.Report<SubnodeStarted>("alpha")).Sidecars!.Select(s => s.Name));
        }

        Directory.Delete(journal, recursive: true);
    }

    [Fact]
    public void the_main_container_starts_first_then_each_sidecar_in_its_turn() => Assert.Equal(
        [
            "create network, create volume, create volume, create volume", "create container", "create sidecar ima, create sidecar tail", "start container", "start sidecar ima",
            "start sidecar tail",
        ],
        Words(Plan(alpha, ChainSeen.Nothing)));

    [Fact]
    public void what_ends_ends_in_the_reverse_order() => Assert.Equal(
        ["ima:2", "ima:1", "ima:0", "remove network"],
        Reconcile.Plan(Some.Desired(true), new Dictionary<ChainName, ChainSeen> { [Alpha] = Running(alpha) }, HostAbilities.All, Some.Place, trials, Some.Time).Single().Stages
            .Select(s => s[0] is Step.RemoveContainer r ? r.Id : s[0].Words));

    [Fact]
    public void a_sidecar_that_ended_is_started_again_alone()
    {
        var seen = Running(alpha);
        seen = seen with { Containers = [.. seen.Containers.Select(c => c.Rank == 2 ? c with { Phase = ContainerPhase.Stopped } : c)] };
        Assert.Equal(["start sidecar tail"], Words(Plan(alpha, seen)));
        Assert.True(Plan(alpha, seen).Restarts);
    }

    [Fact]
    public void another_list_of_sidecars_replaces_what_changed_and_gives_before_it_takes()
    {
        var changed = alpha with { Sidecars = [SomeSet.Tail, new("new", "new:1", new(50, 100, 100, 100))] };
        Assert.Equal(
            ["remove container", "put limits right", "create sidecar new", "start sidecar new"],
            Words(Plan(changed, Running(alpha))));
    }

    [Fact]
    public void a_chain_gives_before_its_first_sidecar_is_made_though_nobody_knows_what_it_has()
    {
        var seen = Running(alone);
        seen = seen with { Containers = [seen.Containers[0] with { Limits = null }] };
        Assert.Equal(["put limits right", "create sidecar ima", "start sidecar ima"], Words(Plan(alone with { Sidecars = [SomeSet.Ima] }, seen)));
        Assert.True(Plan(alone, seen).IsDone);
    }

    [Fact]
    public void a_plan_carried_out_leaves_nothing_to_do() => Seeds.ForEach(300, seed =>
    {
        var random = new Random(seed);
        var (before, after) = (SomeSet.Random(random), SomeSet.Random(random));
        var seen = Running(before);
        seen = seen with
        {
            Containers = [.. seen.Containers.Where(_ => random.Next(4) > 0).Select(c => random.Next(3) > 0 ? c : c with { Phase = ContainerPhase.Stopped, Breach = random.Next(4) == 0 ? "privileged" : null })],
            Volumes = [.. seen.Volumes.Where(_ => random.Next(4) > 0)],
            Networks = random.Next(4) == 0 ? [] : seen.Networks,
        };
        var steps = Plan(after, seen).Steps.ToArray();
        Assert.Equal([.. steps.OfType<Step.StartContainer>().Select(s => s.Container.Rank).Order()], steps.OfType<Step.StartContainer>().Select(s => s.Container.Rank));
        foreach (var step in steps)
        {
            seen = seen.After(step, $"new {step.GetHashCode()}");
        }

        Assert.True(Plan(after, seen).IsDone, string.Join(", ", Words(Plan(after, seen))));
        Assert.Equal(Some.Container(after).Set.Select(c => c.Name).Order(), seen.Containers.Select(c => c.Name).Order());
    });

    /// <summary>Ids tell the rank.</summary>
    private static ChainSeen Running(Subnode subnode) => new(
        [.. Some.Container(subnode).Set.Select(c => new ContainerSeen($"ima:{c.Rank}", c.Name, c.SpecHash, ContainerPhase.Running,
            c.Asked.ToImmutableSortedDictionary(a => a.Key, a => new LimitSeen(a.Value, "here")), "sha256:1", Rank: c.Rank))],
        [new PartSeen("net", Some.Container(subnode).SetName)], [.. Some.Container(subnode).Volumes.Select(v => new PartSeen(v.Name, v.Name))]);

    private ChainPlan Plan(Subnode subnode, ChainSeen seen) => Reconcile.Plan(
        Some.Desired(true, subnode), new Dictionary<ChainName, ChainSeen> { [Alpha] = seen }, HostAbilities.All, Some.Place, trials, Some.Time).SingleOrDefault()!;

    private static IEnumerable<string> Words(ChainPlan plan) => plan.Stages.Select(s => string.Join(", ", s.Select(p => p.Words)));

    [Fact]
    public void a_sidecar_that_dies_again_and_again_keeps_nobody_from_starting_the_chain()
    {
        var running = Running(alpha);
        var dead = running with { Containers = [.. running.Containers.Select(c => c.Rank == 2 ? c with { Phase = ContainerPhase.Stopped } : c)] };
        trials[Alpha] = Trial.Failed(null, Plan(alpha, dead), Some.Time);
        Assert.Null(Plan(alpha, dead));
        Assert.Equal(["start container", "start sidecar tail"], Words(Plan(alpha, dead with { Containers = [.. dead.Containers.Select(c => c.Rank == 0 ? c with { Phase = ContainerPhase.Stopped } : c)] })));
    }
}
