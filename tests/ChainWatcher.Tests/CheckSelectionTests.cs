using System.Text.Json;
using System.Text.Json.Nodes;

namespace Skale.ChainWatcher.Tests;

/// <summary><c>skale l1 check-selection</c> on a recorded contract, as it was and with a choice altered.</summary>
public sealed class CheckSelectionTests
{
    private const string GetRotation = "0x99e5ba0c";
    private const string SchainNodes = "0x1e749668fd6d26fb8333b9bf137b81dd40c05a610f8e32df22f5f2cde24b8d05";
    private const string NewGuy = "0x8801cb9214ce50ba5aa4b7b793fe1e17fb77eea051d9fa36a6a8ac2583663c39";
    private static readonly string[] Choosing = ["createChain", "nodeExit", "dkgFailed", "restartCreation"];

    /// <summary>Every operation that chose, by block and place in it, as the line that must come of it.</summary>
    private static readonly string[] Expected = [.. Recording.Selections.Where(Chooses).Select(Line)];

    [Fact]
    public async Task every_creation_replacement_and_stuck_ceremony_agrees_with_what_was_done()
    {
        await using var node = await ReplayNode.Start();
        node.IsPlain = true;
        var (code, output) = await L1Command.Run(node, "check-selection", "--json");
        var lines = Lines(output);

        Assert.Equal(Expected, lines[..^1].Select(Line));
        Assert.All(lines[..^1], l => Assert.Equal("agrees", l.GetProperty("finding").GetString()));
        Assert.True(lines[^1].GetProperty("allAgree").GetBoolean());
        Assert.Equal(0, code);
    }

    [Fact]
    public async Task people_read_a_line_each_and_the_totals_of_the_blocks_asked_for()
    {
        var to = Recording.Operations("restartCreation").First().GetProperty("block").GetInt64();
        var expected = Expected.Count(line => long.Parse(line.Split(' ')[0], null) <= to);
        await using var node = await ReplayNode.Start();
        var (code, output) = await L1Command.Run(node, "check-selection", "--to", $"{to}");
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(expected, lines.Length - 1);
        Assert.All(lines[..^1], l => Assert.EndsWith("  agrees", l, StringComparison.Ordinal));
        Assert.Contains($"block {to,8}", lines[^2], StringComparison.Ordinal);
        Assert.EndsWith("all agree.", lines[^1], StringComparison.Ordinal);
        Assert.Equal(0, code);
    }

    [Fact]
    public async Task a_member_that_was_changed_is_named_with_both_groups()
    {
        var bought = Recording.Operations("createChain").ElementAt(20);
        var group = Numbers(bought, "group");
        var stranger = Enumerable.Range(0, 22).First(n => !group.Contains(n));
        await using var node = await ReplayNode.Start();
        node.ChangeLog = log => IsGroupOf(log, bought) ? With(log, log["data"]!.GetValue<string>()[..^64] + $"{stranger:x64}") : log;
        var (code, output) = await L1Command.Run(node, "check-selection");
        var line = output.Split('\n').First(l => l.Contains("DIFFERS", StringComparison.Ordinal));

        Assert.Contains(bought.GetProperty("name").GetString()!, line, StringComparison.Ordinal);
        Assert.Contains($"the contract's group is {string.Join(' ', group[..^1])} {stranger}, computed is {string.Join(' ', group)}", line, StringComparison.Ordinal);
        Assert.Equal(1, code);
    }

    [Fact]
    public async Task a_newcomer_that_was_changed_is_named_with_both_nodes()
    {
        var exit = Recording.Selections.Where(o => Chooses(o) && Text(o, "op") == "nodeExit").ElementAt(30);
        var (block, newcomer) = (exit.GetProperty("block").GetInt64(), exit.GetProperty("newNode").GetInt64());
        var stranger = Enumerable.Range(0, 44).First(n => !Numbers(exit, "groupBefore").Contains(n) && n != newcomer);
        await using var node = await ReplayNode.Start();
        node.Change = (at, _, data, answer) => at == block && data == GetRotation + exit.GetProperty("schainHash").GetString()![2..] ? answer![..66] + $"{stranger:x64}" + answer[130..] : answer;
        var (code, output) = await L1Command.Run(node, "check-selection");
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        var line = Assert.Single(lines, l => l.Contains("DIFFERS", StringComparison.Ordinal));
        Assert.Contains($"block {block,8}  {exit.GetProperty("name").GetString()}  replaced {exit.GetProperty("oldNode")} -> {stranger}", line, StringComparison.Ordinal);
        Assert.Contains($"the contract took node {stranger}, computed is node {newcomer}", line, StringComparison.Ordinal);
        Assert.Contains("1 differs, 0 cannot be computed", lines[^1], StringComparison.Ordinal);
        Assert.Equal(1, code);
    }

    [Fact]
    public async Task what_a_missing_log_leaves_unknown_is_said_with_the_reason_and_is_no_agreement()
    {
        var registered = Recording.Operations("createNode").ElementAt(10);
        await using var node = await ReplayNode.Start();
        node.ChangeLog = log => log["transactionHash"]!.GetValue<string>() == registered.GetProperty("tx").GetString() ? null : log;
        var (code, output) = await L1Command.Run(node, "check-selection");

        Assert.Contains("cannot be computed: Node 11 cannot be added: the books know 10 nodes", output, StringComparison.Ordinal);
        Assert.Contains(" 0 agree, 0 differ, ", output, StringComparison.Ordinal);
        Assert.Equal(3, code);
    }

    [Fact]
    public async Task rotations_that_nobody_can_be_asked_about_are_computed_and_not_said_to_agree()
    {
        await using var node = await ReplayNode.Start();
        var contracts = L1Command.Written(Recording.ContractsFile, file => file["contracts"]!.AsObject().Remove("NodeRotation"));
        var (code, output) = await L1Command.Run(node, "check-selection", "--json", "--contracts", contracts);
        var lines = Lines(output);

        Assert.Equal(Expected.Count(l => l.Contains("created", StringComparison.Ordinal)), lines.Count(l => Text(l, "what") == "created" && Text(l, "finding") == "agrees"));
        Assert.All(lines.Where(l => Text(l, "cause") == "NodeExit"), l => Assert.Equal("notComputable", Text(l, "finding")));
        Assert.DoesNotContain(lines, l => Text(l, "finding") == "differs");
        Assert.Equal(1, code);
    }

    /// <summary>As an endpoint does that keeps the newest state only: creations, and replacements that logs tell, are compared all the same.</summary>
    [Fact]
    public async Task an_endpoint_without_old_state_leaves_exits_computed_and_not_said_to_agree()
    {
        await using var node = await ReplayNode.Start();
        node.Change = (_, _, _, _) => null;
        var (code, output) = await L1Command.Run(node, "check-selection", "--json");
        var lines = Lines(output);

        Assert.Equal(Expected.Length, lines.Length - 1);
        Assert.All(lines[..^1], l => Assert.Equal(Text(l, "cause") == "NodeExit" ? "notComputable" : "agrees", Text(l, "finding")));
        Assert.Equal(1, code);
    }

    [Fact]
    public async Task an_endpoint_that_tells_groups_alone_is_enough()
    {
        await using var node = await ReplayNode.Start();
        node.Change = (_, _, data, answer) => data.StartsWith(GetRotation, StringComparison.Ordinal) ? null : answer;
        var (code, output) = await L1Command.Run(node, "check-selection", "--json");

        Assert.Equal(Expected, Lines(output)[..^1].Select(Line));
        Assert.Equal(0, code);
    }

    [Fact]
    public async Task a_newcomer_that_was_changed_in_a_failed_ceremony_s_log_is_named()
    {
        var failed = Recording.Selections.First(o => Text(o, "op") == "dkgFailed" && Number(o, "newNode") is not null);
        var stranger = Enumerable.Range(0, 22).First(n => !Numbers(failed, "groupBefore").Contains(n) && n != Number(failed, "newNode"));
        await using var node = await ReplayNode.Start();
        node.ChangeLog = log => log["transactionHash"]!.GetValue<string>() == Text(failed, "tx") && log["topics"]![0]!.GetValue<string>() == NewGuy ? With(log, $"0x{stranger:x64}") : log;
        var (code, output) = await L1Command.Run(node, "check-selection");

        var line = output.Split('\n').First(l => l.Contains("DIFFERS", StringComparison.Ordinal));
        Assert.Contains($"{Text(failed, "name")}  replaced {Number(failed, "badNode")} -> {stranger}", line, StringComparison.Ordinal);
        Assert.Contains($"the contract took node {stranger}, computed is node {Number(failed, "newNode")}", line, StringComparison.Ordinal);
        Assert.Equal(1, code);
    }

    [Fact]
    public async Task nothing_to_check_is_said()
    {
        var first = Recording.Operations("createChain").First().GetProperty("block").GetInt64();
        await using var node = await ReplayNode.Start();
        var (code, output) = await L1Command.Run(node, "check-selection", "--to", $"{first - 1}");

        Assert.Contains("nothing to check", output, StringComparison.Ordinal);
        Assert.Equal(3, code);
    }

    [Theory]
    [InlineData(5, "--to is 99999999; the endpoint's newest block is", "--to", "99999999")]
    [InlineData(2, "--to is -1", "--to", "-1")]
    public async Task a_block_that_is_not_there_is_refused(int expected, string reason, params string[] arguments)
    {
        await using var node = await ReplayNode.Start();
        var (code, output) = await L1Command.Run(node, ["check-selection", .. arguments]);

        Assert.Contains(reason, output, StringComparison.Ordinal);
        Assert.Equal(expected, code);
    }

    private static bool Chooses(JsonElement o) => Choosing.Contains(Text(o, "op")) && Text(o, "schainHash") is not null;

    private static string Line(JsonElement e)
    {
        var chain = $"{e.GetProperty("block")} {Text(e, "name") ?? Text(e, "chain")} {Text(e, "schainHash") ?? Text(e, "chainHash")}";
        var stuck = Text(e, "what") == "stuck" || (e.TryGetProperty("stuck", out var value) && value.GetBoolean());
        var (old, joined) = (Number(e, "oldNode") ?? Number(e, "badNode"), Number(e, "newNode"));
        return stuck ? $"{chain} stuck {old}"
            : old is null ? $"{chain} created {string.Join(' ', Numbers(e, "group"))}"
            : $"{chain} replaced {old} {joined} {string.Join(' ', Numbers(e, e.TryGetProperty("groupAfter", out _) ? "groupAfter" : "group"))}";
    }

    private static bool IsGroupOf(JsonObject log, JsonElement bought) => log["transactionHash"]!.GetValue<string>() == bought.GetProperty("tx").GetString()
        && log["topics"]![0]!.GetValue<string>() == SchainNodes;

    private static JsonObject With(JsonObject log, string data)
    {
        log["data"] = data;
        return log;
    }

    private static JsonElement[] Lines(string output) => [.. output.Split('\n').Where(l => l.StartsWith('{')).Select(l => JsonDocument.Parse(l).RootElement)];

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement json, string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;

    private static int[] Numbers(JsonElement json, string name) => [.. json.GetProperty(name).EnumerateArray().Select(n => n.GetInt32())];
}
