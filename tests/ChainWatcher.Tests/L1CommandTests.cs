using System.Text.Json;
using System.Text.Json.Nodes;
using Skale.Servers;

namespace Skale.ChainWatcher.Tests;

/// <summary><c>skale l1</c> as its users run it: the program, on an endpoint.</summary>
public sealed class L1CommandTests
{
    private static long Last => RecordedViews.SnapshotBlocks[^1];

    [Fact]
    public async Task facts_are_json_lines_one_for_each_log_or_group_of_logs()
    {
        await using var node = await ReplayNode.Start();
        node.IsPlain = true;
        var (code, output) = await L1Command.Run(node, "facts", "--json", "--to", $"{Last}");
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToArray();

        Assert.Equal(0, code);
        Assert.Equal(Enumerable.Range(1, lines.Length).Select(n => (long)n), lines.Select(l => l.GetProperty("origin").GetProperty("number").GetInt64()));
        var told = lines.Select(l => (l.GetProperty("origin").GetProperty("transactionHash").GetString(), l.GetProperty("origin").GetProperty("logIndex").GetInt32())).ToHashSet();
        string[] part = ["SchainNodes", "BadGuy", "NewGuy", "NodeAdded", "ChannelOpened"];
        Assert.All(Recording.Events.Where(e => !part.Contains(e.GetProperty("event").GetString())), e => Assert.Contains((e.GetProperty("tx").GetString(), e.GetProperty("logIndex").GetInt32()), told));
        var rotated = lines.First(l => l.GetProperty("type").GetString() == "chain_rotated");
        Assert.Equal("NodeExit", rotated.GetProperty("reason").GetString());
        Assert.True(Guid.TryParse(rotated.GetProperty("id").GetString(), out _));
    }

    [Fact]
    public async Task facts_are_sentences_for_people()
    {
        await using var node = await ReplayNode.Start();
        var block = Recording.Operations("createNode").First().GetProperty("block").GetInt64();
        var (code, output) = await L1Command.Run(node, "facts", "--from", $"{block}", "--to", $"{block}");

        Assert.Equal(0, code);
        Assert.Contains($"block {block}  node 0 (", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_check_without_a_difference_ends_with_0_and_says_what_it_could_not_compare()
    {
        await using var node = await ReplayNode.Start();
        node.IsPlain = true;
        var (code, output) = await L1Command.Run(node, "check", "--at", $"{Last}");

        Assert.Contains("No difference.", output, StringComparison.Ordinal);
        Assert.Contains("not comparable: ConstantsHolder.minimalSchainLifetime (1 call)", output, StringComparison.Ordinal);
        Assert.Equal(0, code);
    }

    [Fact]
    public async Task a_value_that_differs_is_named_with_both_values_and_ends_with_1()
    {
        const string GetFreeSpace = "0x1d2d59b7";
        await using var node = await ReplayNode.Start();
        node.Change = (block, _, data, answer) => block == Last && data == $"{GetFreeSpace}{0:x64}" ? $"0x{99:x64}" : answer;
        var (code, output) = await L1Command.Run(node, "check", "--at", $"{Last}");

        Assert.Equal(1, code);
        Assert.Contains("DIFFERENCE node 0, free units: the facts say ", output, StringComparison.Ordinal);
        Assert.Contains("the contract says 99", output, StringComparison.Ordinal);
        Assert.Contains("1 difference.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task getters_without_an_answer_and_contracts_that_the_files_leave_out_are_named_and_the_rest_is_compared()
    {
        await using var node = await ReplayNode.Start();
        node.Change = (block, _, data, answer) => block == Last && data.StartsWith("0x2ea0bd2c", StringComparison.Ordinal) ? null : answer;
        var contracts = L1Command.Written(Recording.ContractsFile, file => file["contracts"]!.AsObject().Remove("SkaleDKG"));
        var abi = L1Command.Written(Recording.AbiFile, file => file["Nodes"]!.AsArray().RemoveAll(e => e!["name"]!.GetValue<string>() == "isNodeVisible"));
        var (code, output) = await L1Command.Run(node, "check", "--at", $"{Last}", "--contracts", contracts, "--abi", abi);

        Assert.Contains("NodeRotation.getLeavingHistory (44 calls): no answer", output, StringComparison.Ordinal);
        Assert.Contains("Nodes.isNodeVisible (44 calls): the ABI file has no such function", output, StringComparison.Ordinal);
        Assert.Contains("SkaleDKG.isChannelOpened", output, StringComparison.Ordinal);
        Assert.Contains("the contracts file has no such contract", output, StringComparison.Ordinal);
        Assert.NotEqual(2, code);
    }

    [Fact]
    public async Task the_published_form_serves_as_both_files()
    {
        var published = new JsonObject();
        var addresses = JsonNode.Parse(await File.ReadAllTextAsync(Recording.ContractsFile, TestContext.Current.CancellationToken))!["contracts"]!.AsObject();
        foreach (var (name, entries) in JsonNode.Parse(await File.ReadAllTextAsync(Recording.AbiFile, TestContext.Current.CancellationToken))!.AsObject())
        {
            var stem = string.Concat(name.Select((letter, at) => char.IsUpper(letter) && at > 0 ? $"_{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
            (published[$"{stem}_abi"], published[$"{stem}_address"]) = (entries!.DeepClone(), addresses[name]!.DeepClone());
        }

        var file = Path.Combine(Repository.NewFolder("files"), "published.json");
        await File.WriteAllTextAsync(file, published.ToJsonString(), TestContext.Current.CancellationToken);
        await using var node = await ReplayNode.Start();
        var (code, output) = await L1Command.Run(node, "check", "--at", $"{Last}", "--contracts", file, "--abi", file);

        Assert.Contains("No difference.", output, StringComparison.Ordinal);
        Assert.Equal(0, code);
    }

    [Theory]
    [InlineData(5, "newest block is", "check", "--at", "99999999")]
    [InlineData(5, "newest block is", "facts", "--to", "99999999")]
    [InlineData(2, "--from is 9 and --to is 8", "facts", "--from", "9", "--to", "8")]
    [InlineData(2, "Could not find", "check", "--contracts", "/nowhere/contracts.json")]
    [InlineData(2, "not an http or https URL", "check", "--rpc", "ftp://secret@x")]
    [InlineData(3, "no answer", "check", "--rpc", "http://127.0.0.1:1")]
    public async Task what_cannot_be_done_is_named_with_its_exit_code(int expected, string reason, params string[] arguments)
    {
        await using var node = await ReplayNode.Start();
        var (code, output) = await L1Command.Run(node, arguments);

        Assert.Contains(reason, output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", output, StringComparison.Ordinal);
        Assert.Equal(expected, code);
    }

    [Fact]
    public async Task another_chain_than_the_contracts_file_says_is_refused()
    {
        await using var node = await ReplayNode.Start();
        var (code, output) = await L1Command.Run(node, "check", "--contracts", L1Command.Written(Recording.ContractsFile, file => file["chainId"] = 1));

        Assert.Contains("expected chain id 1", output, StringComparison.Ordinal);
        Assert.Equal(6, code);
    }
}
