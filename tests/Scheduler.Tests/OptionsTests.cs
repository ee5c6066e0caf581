using Microsoft.Extensions.Configuration;
using Skale.Contracts;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler.Tests;

/// <summary>What operators set, as it becomes the policy, and what is said of mistakes.</summary>
public sealed class OptionsTests
{
    [Fact]
    public void nothing_set_but_the_network_is_a_policy_without_bounds()
    {
        var options = Bound(new() { ["Scheduler:Network"] = "test" });
        Assert.Empty(options.Problems());
        Assert.Equal(CapacityPolicy.Default, options.Policy.Capacity);
        Assert.Equal(new Quota(), options.Policy.Tenants.QuotaOf("anybody"));
        Assert.Equal(["appchain", "enterprise", "hub", "test"], options.Policy.Tenants.Profiles.Keys.Order());
    }

    [Fact]
    public void what_is_set_is_in_the_policy()
    {
        var policy = Bound(new()
        {
            ["Scheduler:Network"] = "test",
            ["Scheduler:Capacity:Cpu:Kept"] = "0.5",
            ["Scheduler:Capacity:Memory:OverCommit"] = "1.5",
            ["Scheduler:Capacity:Least:MemoryBytes"] = "34359738368",
            ["Scheduler:Quotas:Default:Chains"] = "2",
            ["Scheduler:Quotas:Owners:0xab:Slices"] = "256",
            ["Scheduler:Profiles:test:Lifetime"] = "01:00:00",
            ["Scheduler:Profiles:mine:Slices"] = "1",
            ["Scheduler:Profiles:mine:GroupSize"] = "2",
            ["Scheduler:Profiles:mine:Dedicated"] = "true",
            ["Scheduler:Profiles:mine:Contract"] = "true",
            ["Scheduler:Profiles:hub:Sidecars:0:Name"] = "ima",
            ["Scheduler:Profiles:hub:Sidecars:0:Image"] = "ima:1",
            ["Scheduler:Profiles:hub:Sidecars:0:Share"] = "0.2",
            ["Scheduler:Profiles:hub:Sidecars:0:IoShare"] = "0.015",
            ["Scheduler:Profiles:hub:Sidecars:0:Arguments:0"] = "--once",
            ["Scheduler:Profiles:hub:DataParts:0:Name"] = "db",
            ["Scheduler:Profiles:hub:DataParts:0:Share"] = "0.6",
            ["Scheduler:Profiles:hub:DataParts:0:Sidecars:0"] = "ima",
        }).Policy;
        Assert.Equal((500_000_000, 1.5, 32L << 30), (policy.Capacity!.Cpu.Kept, policy.Capacity.Memory.OverCommit, policy.Capacity.Least.MemoryBytes));
        Assert.Equal((new Quota(null, 2), new Quota(256, null)), (policy.Tenants.QuotaOf("anybody"), policy.Tenants.QuotaOf("0xab")));
        Assert.Equal(new ChainProfile(1, 2, Dedicated: true, Contract: true), policy.Tenants.Profiles["mine"]);
        Assert.Equal([new Sidecar("ima", "ima:1", new(200, 200, 200, 15), ["--once"])], policy.Tenants.Profiles["hub"].Sidecars!);
        Assert.Equal([new DataPart("db", 600, ["ima"])], policy.Tenants.Profiles["hub"].DataParts!);
        Assert.Equal(new ChainProfile(4, 4, Lifetime: TimeSpan.FromHours(1)), policy.Tenants.Profiles["test"]);
    }

    [Fact]
    public void every_mistake_is_named_at_once()
    {
        var problems = Bound(new()
        {
            ["Scheduler:Capacity:Disk:Share"] = "2",
            ["Scheduler:Capacity:Io:Kept"] = "-1",
            ["Scheduler:Capacity:Network:OverCommit"] = "0",
            ["Scheduler:Capacity:Least:Cpus"] = "-1",
            ["Scheduler:Capacity:PidsPerChain"] = "1",
            ["Scheduler:Quotas:Owners:ann:Slices"] = "-1",
            ["Scheduler:Profiles:mine:Slices"] = "129",
            ["Scheduler:Profiles:mine:Strategy"] = "skale",
            ["Scheduler:Profiles:mine:Image"] = "",
            ["Scheduler:Profiles:mine:Lifetime"] = "00:00:00",
            ["Scheduler:Profiles:mine:Sidecars:0:Name"] = "Ima",
            ["Scheduler:Profiles:mine:Sidecars:0:Share"] = "0.6",
            ["Scheduler:Profiles:mine:Sidecars:1:Name"] = "tail",
            ["Scheduler:Profiles:mine:Sidecars:1:Image"] = "tail:1",
            ["Scheduler:Profiles:mine:Sidecars:1:Share"] = "0.3",
            ["Scheduler:Profiles:mine:Sidecars:1:CpuShare"] = "0.4",
            ["Scheduler:Profiles:mine:Sidecars:1:PidsShare"] = "0",
            ["Scheduler:Profiles:mine:DataParts:0:Name"] = "db",
            ["Scheduler:Profiles:mine:DataParts:0:Share"] = "1.5",
            ["Scheduler:Profiles:mine:DataParts:0:Sidecars:0"] = "nobody",
            ["Scheduler:Profiles:hub:Contract"] = "true",
            ["Scheduler:Profiles:enterprise:Contract"] = "true",
        }).Problems();
        Assert.Equal(
            [
                "Scheduler:Network is missing: the name of the network, as in ChainWatcher:Network.",
                "Scheduler:Profiles: enterprise and hub are all for the contract's chains of 32 slices of 16 nodes; set Contract in one of them.",
                "Scheduler:Capacity:Disk:Share is 2; allowed is above 0 and at most 1.",
                "Scheduler:Capacity:Io:Kept is -1; it must be 0 or more.",
                "Scheduler:Capacity:Network:OverCommit is 0; allowed is above 0 and at most 100.",
                "Scheduler:Capacity:Least is -1 CPUs, 0 bytes of memory and 0 of disk; none may be below 0.",
                "Scheduler:Capacity:PidsPerChain is 1 and PidsPerSlice 8; allowed are 16 to 65,536 and 0 to 4,096.",
                "Scheduler:Quotas:Owners:ann gives -1 slices and any number of chains; neither may be below 0.",
                "Scheduler:Profiles:mine has 129 slices of 0 nodes; allowed are 0 to 128 slices, and 1 node or more.",
                "Scheduler:Profiles:mine:Strategy is 'skale'; a chain without a contract can have: uniform, spread.",
                "Scheduler:Profiles:mine:Image is empty; leave it out to take Scheduler:Image.",
                "Scheduler:Profiles:mine:Lifetime is 00:00:00; it must be above zero.",
                "Scheduler:Profiles:mine: 'Ima' cannot name a sidecar: it must be 1 to 16 lower-case letters and digits.",
                "Scheduler:Profiles:mine: sidecar 'Ima' has no image.",
                "Scheduler:Profiles:mine: together they have 1000 thousandths of CPU; the main container must keep some.",
                "Scheduler:Profiles:mine: 'tail' has 0 thousandths of processes; allowed are 1 to 999.",
                "Scheduler:Profiles:mine: 'db' has 1500 thousandths of the disk; allowed are 1 to 999.",
                "Scheduler:Profiles:mine: together they have 1500 thousandths of the disk; the main container must keep some.",
                "Scheduler:Profiles:mine: the part 'db' of the data is for a sidecar 'nobody' that there is not.",
            ],
            problems);
    }

    /// <summary>As it was stored before there were quotas and profiles.</summary>
    [Fact]
    public void an_old_recorded_policy_is_read()
    {
        const string Old = """{"Network":"test","AfterFact":3,"Policy":{"Strategy":"uniform","Image":"evm:1","ShareForChains":0.5,"Patience":"00:10:00"},"At":"2026-01-01T12:00:00+00:00"}""";
        var read = (SchedulerStarted)StoredEvents.Types.Deserialize(new(1, Guid.NewGuid(), "network", 1, "scheduler_started", System.Text.Encoding.UTF8.GetBytes(Old), Sample.Start, null, null));
        Assert.Equal(Sample.Policy, read.Policy);
        Assert.Equal(Sample.Limits(32), read.Policy.LimitsOf(Sample.Machine, 32));
        Assert.Empty(read.Policy.Tenants.Profiles);
    }

    private static SchedulerOptions Bound(Dictionary<string, string?> settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection("Scheduler").Get<SchedulerOptions>() ?? new();
}
