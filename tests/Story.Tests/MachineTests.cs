using System.Text.Json;
using System.Text.RegularExpressions;
using Skale.Metrics.Api;
using Skale.Servers;
using Skale.Servers.Stack;

namespace Skale.Story.Tests;

/// <summary>What docs/operations.md has under "A new machine", on a whole machine: a bare Debian becomes a node, and stays one when it is started anew.</summary>
public sealed partial class MachineTests(StackFixture fixture)
{
    private const string NotAsked = "It makes and emulates a whole Debian, which takes a quarter of an hour and root. Asked for: SKALE_MACHINE=1 ./test Story -- --filter-class '*MachineTests'";
    private const string Image = "skale-evm:1.7.1", ApiToken = "a token for the operator";
    private const string Cli = "/opt/skale/cli/skale", Agent = "/opt/skale/agent/Skale.NodeAgent";
    private static readonly TimeSpan ToInstall = TimeSpan.FromMinutes(10);

    public static bool IsAsked => Environment.GetEnvironmentVariable("SKALE_MACHINE") is not null;

    [Fact(Skip = NotAsked, SkipUnless = nameof(IsAsked))]
    public async Task a_bare_debian_becomes_a_node_that_outlives_its_agent_and_its_machine()
    {
        var folder = Repository.NewFolder("machine-keys");
        await SkaleCommand.Output("audit", "keygen", "--out", Path.Combine(folder, "orders.key"), "--name", "test/orders");
        await using var stack = await fixture.NewStack(1, (service, environment) => Settings(service, environment, folder));
        foreach (var service in new[] { stack.ChainWatcher, stack.Scheduler, stack.Metrics })
        {
            service.Start();
            await service.WaitUntilReady();
        }

        await using var machine = await VirtualMachine.Boot(Image);
        try
        {
            await Live(machine, stack);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{e.Message}\n{JsonSerializer.Serialize(await fixture.Get<ChainAnswer[]>(stack, "api/chains"))}\n{(await machine.Run("journalctl --no-pager --unit skale-agent --unit docker | tail -n 60")).Output}", e);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task Live(VirtualMachine machine, SkaleStack stack)
    {
        await Prepare(machine);
        await Join(machine, stack);
        await StackFixture.WaitFor(stack, "the agent to enrol", async () => (await fixture.Get<StatusAnswer>(stack, "api/status")).Counts.Agents == 1);

        await stack.Manager.CreateChain("alpha", SmallStack.FourSlices, TimeSpan.FromDays(30));
        var first = await Active(stack, "alpha");
        Assert.Empty(first.Unenforced);
        await KernelHasTheLimits(machine, first.ContainerId!);
        var started = await Started(machine);

        await machine.Output("systemctl kill --signal KILL skale-agent");
        await AnswersAgain(machine);
        Assert.Equal(started, await Started(machine));

        await machine.Reboot();
        await AnswersAgain(machine);
        await StackFixture.WaitFor(stack, "the same container to run again", async () => await Started(machine) is var now && now != started && now.StartsWith($"{first.ContainerId} true", StringComparison.Ordinal));
        Assert.Empty((await Active(stack, "alpha")).Unenforced);
        await KernelHasTheLimits(machine, first.ContainerId!);

        await stack.Manager.DeleteChain("alpha");
        await StackFixture.WaitFor(stack, "alpha to be removed", async () => (await Chain(stack, "alpha"))?.Phase == "removed");
        Assert.Equal("", await machine.Output($"docker ps --all --quiet; docker volume ls --quiet; docker network ls --quiet --filter label=skale.network={stack.Network}; losetup --noheadings --list; find /var/lib/skale/volumes -type f"));
        Assert.Equal("inactive", (await machine.Run("systemctl stop skale-agent; systemctl is-active skale-agent")).Output.Trim());
    }

    /// <summary>What is missing is said, and then installed: the engine as Debian has it, with systemd's control groups.</summary>
    private static async Task Prepare(VirtualMachine machine)
    {
        var (code, said) = await machine.Run($"{Cli} node init --program {Agent}");
        Assert.Equal(1, code);
        Assert.Contains("no Docker Engine answers", said, StringComparison.Ordinal);
        Assert.Contains("apt-get install apparmor", said, StringComparison.Ordinal);
        Assert.Contains("are written. Now: skale node join", await machine.Output($"{Cli} node init --install --program {Agent}", ToInstall), StringComparison.Ordinal);
        Assert.Equal("systemd 2", await machine.Output("docker info --format '{{.CgroupDriver}} {{.CgroupVersion}}'"));
        await machine.Output("docker load --input /opt/skale/image.tar && echo NodeAgent__Development=true >> /etc/skale/agent.env"); // no registry here, so no digests
        await machine.Output("for limit in IoBytesPerSecond=1280000000 IoPerSecond=128000 NetworkBitsPerSecond=12800000000; do echo NodeAgent__$limit >> /etc/skale/agent.env; done");
    }

    private static async Task Join(VirtualMachine machine, SkaleStack stack)
    {
        var token = "";
        await StackFixture.WaitFor(stack, "a token for node 0", async () => (token = Made().Match((await SkaleCommand.RunIn(
            null, new Dictionary<string, string> { ["SKALE_SCHEDULER_URL"] = $"{stack.Scheduler.Address}", ["SKALE_TOKEN"] = ApiToken }, "node", "token", "0")).Output).Value).Length > 0);
        await machine.Output($"{Cli} node join --scheduler http://{VirtualMachine.Host}:{stack.Scheduler.Address.Port} --token {token}");
        await machine.Output("systemctl daemon-reload && systemctl enable --now skale-agent");
    }

    /// <summary>Of the only container: id, whether it runs, and since when.</summary>
    private static Task<string> Started(VirtualMachine machine) => machine.Output("docker inspect --format '{{.Id}} {{.State.Running}} {{.State.StartedAt}}' $(docker ps --all --quiet)");

    private static async Task KernelHasTheLimits(VirtualMachine machine, string container)
    {
        var wished = JsonDocument.Parse(await machine.Output($"docker inspect --format '{{{{json .HostConfig}}}}' {container}")).RootElement;
        long Wished(string name) => wished.GetProperty(name).GetInt64();
        const long Page = 4096, Period = 100_000, Second = 1_000_000_000;
        Assert.Equal(
            $"{Wished("Memory") / Page * Page}\n0\n{Wished("PidsLimit")}\n{Wished("NanoCpus") * Period / Second} {Period}",
            await machine.Output($"cd /sys/fs/cgroup/system.slice/docker-{container}.scope && cat memory.max memory.swap.max pids.max cpu.max"));
        Assert.Matches(@"^7:\d+ rbps=40000000 wbps=40000000 riops=4000 wiops=4000$", await machine.Output($"cat /sys/fs/cgroup/system.slice/docker-{container}.scope/io.max"));
    }

    /// <summary>By systemd's hand alone.</summary>
    private static Task AnswersAgain(VirtualMachine machine) => Wait.Until(
        "the agent to be ready", async () => (await machine.Output("exec 3<>/dev/tcp/127.0.0.1/9100 && printf 'GET /health/ready HTTP/1.0\\r\\n\\r\\n' >&3 && head -n 1 <&3")).Contains("200", StringComparison.Ordinal), Wait.Patience);

    private async Task<MemberAnswer> Active(SkaleStack stack, string chain)
    {
        await StackFixture.WaitFor(stack, $"{chain} to be active", async () => (await Chain(stack, chain))?.Phase == "active");
        return (await Chain(stack, chain))!.Group[0];
    }

    private async Task<ChainAnswer?> Chain(SkaleStack stack, string name) => (await fixture.Get<ChainAnswer[]>(stack, "api/chains")).FirstOrDefault(c => c.Name == name);

    private static Dictionary<string, string> Settings(string service, Dictionary<string, string> environment, string folder)
    {
        if (service == "Scheduler")
        {
            environment["Scheduler__ApiToken"] = ApiToken;
            environment["Scheduler__AgentKeys"] = "required";
            environment["Scheduler__AgentsBus"] = new UriBuilder(environment["Bus__RabbitMq"]) { Host = VirtualMachine.Host }.Uri.ToString();
            environment["Orders__SigningKey"] = Path.Combine(folder, "orders.key");
        }

        return environment;
    }

    [GeneratedRegex("^skale-join-[^\r\n]+", RegexOptions.Multiline)]
    private static partial Regex Made();
}
