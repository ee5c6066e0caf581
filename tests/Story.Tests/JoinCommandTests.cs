using System.Text.RegularExpressions;
using Skale.Cli.Commands.Nodes;
using Skale.Servers;
using Skale.Servers.Stack;

namespace Skale.Story.Tests;

/// <summary>A bare machine becomes a node: what <c>skale node init</c> finds and writes, and joining a real scheduler with a one-time token.</summary>
public sealed partial class JoinCommandTests : IDisposable
{
    private const string ApiToken = "a token for the operator";
    private static readonly HostFound good = new(true, true, true, true, null, [], HostChecks.LeastFreeBytes);
    private readonly string folder = Repository.NewFolder("join");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void everything_that_is_wrong_with_a_machine_is_said_at_once()
    {
        Assert.Empty(HostChecks.Problems(good));
        var bare = new HostFound(false, true, false, false, "nothing listens at unix:///var/run/docker.sock.", ["apparmor_parser", "nft", "tc"], 1);
        string[] said = ["you are not root", "control groups", "no Docker Engine answers", "apparmor_parser, nft, tc are not installed: apt-get install apparmor nftables iproute2", "0 MiB free", "systemd"];
        var found = HostChecks.Problems(bare).ToArray();
        Assert.Equal(said.Length, found.Length);
        Assert.All(said.Zip(found), pair => Assert.Contains(pair.First, pair.Second, StringComparison.Ordinal));
        Assert.Equal(["apparmor", "docker.io", "iproute2", "nftables"], HostChecks.Wanted(bare));
        Assert.Empty(HostChecks.Wanted(good));
    }

    [Fact]
    public void the_unit_restarts_the_agent_always_but_not_with_wrong_options()
    {
        var unit = AgentUnit.Text("/opt/skale/Skale.NodeAgent", "/etc/skale/agent.env").Split('\n');
        Assert.Superset(new HashSet<string>(["ExecStart=/opt/skale/Skale.NodeAgent", "EnvironmentFile=/etc/skale/agent.env", "Restart=always", "RestartPreventExitStatus=2", "StartLimitIntervalSec=0", "WantedBy=multi-user.target"]), unit.ToHashSet());
        Assert.Null(AgentUnit.Fault("/opt/skale/Skale.NodeAgent"));
        Assert.All(["opt/agent", "/opt/my agent", "/opt/%i", "/opt/a\nExecStartPre=/bin/evil"], path => Assert.NotNull(AgentUnit.Fault(path)));
    }

    [Fact]
    public void a_value_cannot_smuggle_another_line_into_the_configuration()
    {
        var file = AgentFile.Fresh.With("NodeAgent__NodeId", "7").With("NodeAgent__NodeId", "8");
        Assert.Equal("8", file["NodeAgent__NodeId"]);
        Assert.Single(Regex.Matches(file.Text, "NodeAgent__NodeId="));
        Assert.Equal($"{75L << 30}", AgentFile.ForDisk((101L << 30) - 1)["NodeAgent__DiskBytes"]);
        Assert.All(["a\nNodeAgent__Verifier=/bin/evil", "a\"b", "a\\", " a"], value => Assert.Throws<FormatException>(() => file.With("Bus__RabbitMq", value)));
    }

    [Fact]
    public async Task init_writes_once_and_a_dry_run_never()
    {
        string[] init = ["node", "init", "--config", Config("a"), "--unit", Path.Combine(folder, "skale-agent.service"), "--program", Repository.Program("services/NodeAgent", "Skale.NodeAgent")];
        var (_, dry) = await SkaleCommand.Run([.. init, "--dry-run"]);
        Assert.Contains("NodeAgent__DemandSignedOrders=true", dry, StringComparison.Ordinal);
        Assert.Contains("ExecStart=", dry, StringComparison.Ordinal);
        Assert.False(File.Exists(Config("a")));

        // Whether this machine could be a node or not, what is there is not overwritten, and that is said with the rest.
        Directory.CreateDirectory(Path.GetDirectoryName(Config("a"))!);
        await File.WriteAllTextAsync(Config("a"), "mine\n");
        var (code, said) = await SkaleCommand.Run(init);
        Assert.Equal(1, code);
        Assert.Contains("is there already and is not overwritten without --force", said, StringComparison.Ordinal);
        Assert.Equal("mine\n", await File.ReadAllTextAsync(Config("a")));
        Assert.Equal(2, (await SkaleCommand.Run([.. init[..^1], "/opt/my agent"])).Code);
    }

    [Fact]
    public async Task a_machine_joins_once_with_its_token_and_pins_the_schedulers_key()
    {
        await using var up = new EmbeddedRun(simulate: true, ApiToken);
        await up.Start();
        var token = "";
        await up.Until("node 0 to be registered", async () => (token = await Token(up, "0", "1h")).Length > 0);
        Assert.Equal(2, (await Join(up, "a", "nonsense")).Code);
        Assert.Equal(2, (await Run(up, "node", "token", "0", "--valid", "8d")).Code);
        Assert.Equal(5, (await Run(up, "node", "token", "99")).Code);

        var (code, said) = await Join(up, "a", token);
        Assert.True(code == 0, said);
        var joined = AgentFile.Read(Config("a"));
        Assert.Equal(("0", up.Network, "true"), (joined["NodeAgent__NodeId"], joined["NodeAgent__Network"], joined["NodeAgent__DemandSignedOrders"]));
        Assert.Equal(3, joined["NodeAgent__SchedulerKeys"]!.Split('+', 3).Length);

        Refused(await Join(up, "a", token), "has joined already, as node 0");
        Assert.Equal(0, (await Join(up, "a", token, "--force")).Code);
        Assert.Equal(joined["NodeAgent__IdentityKey"], AgentFile.Read(Config("a"))["NodeAgent__IdentityKey"]);
        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(joined["NodeAgent__IdentityKey"]!) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Refused(await Join(up, "b", token), "Another machine has joined with this token");
        Refused(await Join(up, "b", token.Replace("skale-join-0", "skale-join-1", StringComparison.Ordinal)), "no token of node 1");

        // A new token is a new key.
        (code, said) = await Join(up, "a", await Token(up, "0", "1h"), "--force");
        Assert.True(code == 0, said);
        Assert.Contains($"Restart the agent: what it signs with its key of before is not believed any more. Then remove {joined["NodeAgent__IdentityKey"]}.", said, StringComparison.Ordinal);
        Assert.NotEqual(joined["NodeAgent__IdentityKey"], AgentFile.Read(Config("a"))["NodeAgent__IdentityKey"]);
        var brief = await Token(up, "1", "1s");
        var expired = DateTimeOffset.UtcNow + TimeSpan.FromSeconds(1);
        await Wait.Until("the token to expire, a second after it was made", () => DateTimeOffset.UtcNow > expired, Wait.Patience);
        Refused(await Join(up, "c", brief), "has expired");
        Assert.Null(AgentFile.Read(Config("c"))["NodeAgent__SchedulerKeys"]);
    }

    private static void Refused((int Code, string Said) answer, string reason)
    {
        Assert.Equal(1, answer.Code);
        Assert.Contains(reason, answer.Said, StringComparison.Ordinal);
    }

    private static async Task<string> Token(EmbeddedRun up, string node, string valid) => Made().Match((await Run(up, "node", "token", node, "--valid", valid)).Output).Value;

    private async Task<(int Code, string Said)> Join(EmbeddedRun up, string machine, string token, params string[] more)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Config(machine))!);
        if (!File.Exists(Config(machine)))
        {
            AgentFile.Fresh.Write(Config(machine));
        }

        return await Run(up, ["node", "join", "--config", Config(machine), "--token", token, .. more]);
    }

    private static Task<(int Code, string Output)> Run(EmbeddedRun up, params string[] arguments) =>
        SkaleCommand.RunIn(null, new Dictionary<string, string> { ["SKALE_SCHEDULER_URL"] = $"{up.Address}", ["SKALE_TOKEN"] = ApiToken }, arguments);

    private string Config(string machine) => Path.Combine(folder, machine, "agent.env");

    [GeneratedRegex("^skale-join-[^\r\n]+", RegexOptions.Multiline)]
    private static partial Regex Made();
}
