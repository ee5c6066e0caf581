using System.Text.Json;
using Skale.Servers;

namespace Skale.Story.Tests;

/// <summary>The <c>skale</c> command against a running system: tables for people, JSON for programs, exit codes for scripts.</summary>
public sealed class CommandTests(StackFixture fixture)
{
    private const int ThirtyTwoSlicesOnTwo = 3;
    private const int BadInput = 2, Unreachable = 3, NotFound = 5;
    private readonly string[] url = ["--url", fixture.Stack.Metrics.Address.ToString()];

    [Fact]
    public async Task every_reading_command_shows_the_same_chain_as_table_and_as_json()
    {
        await using var chain = await BoughtChain.On(fixture, "shown", ThirtyTwoSlicesOnTwo, [2, 0]);

        Assert.Contains($"Network {fixture.Stack.Network}", await SkaleCommand.Output(["status", .. url]));
        var status = await SkaleCommand.Json(["status", .. url]);
        Assert.Equal(StackFixture.Nodes, status.GetProperty("counts").GetProperty("agents").GetInt32());
        Assert.True(status.GetProperty("healthy").GetBoolean(), status.ToString());
        Assert.False(status.GetProperty("simulated").GetBoolean());

        var nodes = (await SkaleCommand.Output(["nodes", .. url])).Split('\n');
        Assert.All((int[])[0, 2], node => Assert.Contains(nodes, line => line.Contains($"node-{node} ", StringComparison.Ordinal) && line.Contains("shown:32", StringComparison.Ordinal)));
        Assert.DoesNotContain(nodes, line => line.Contains("node-1 ", StringComparison.Ordinal) && line.Contains("shown", StringComparison.Ordinal));
        var slices = (await SkaleCommand.Json(["nodes", .. url])).EnumerateArray().Select(n => n.GetProperty("used").GetInt32() + n.GetProperty("free").GetInt32());
        Assert.All(slices, total => Assert.Equal(128, total));

        var row = Assert.Single((await SkaleCommand.Output(["chains", .. url])).Split('\n'), line => line.Contains(" shown ", StringComparison.Ordinal));
        Assert.Contains("active", row);
        Assert.Contains("2 0", row);
        var json = (await SkaleCommand.Json(["chains", .. url])).EnumerateArray().Single(c => c.GetProperty("name").GetString() == "shown");
        Assert.Equal("contract", json.GetProperty("placedBy").GetString());
        Assert.Equal([2, 0], json.GetProperty("group").EnumerateArray().Select(m => m.GetProperty("node").GetInt32()));
    }

    [Fact]
    public async Task history_of_a_chain_and_of_a_node_names_every_step_with_its_cause()
    {
        await using var chain = await BoughtChain.On(fixture, "told", ThirtyTwoSlicesOnTwo, [1, 3]);

        var table = await SkaleCommand.Output(["history", "told", .. url]);
        Assert.Contains("History of chain told", table);
        Assert.Contains("chain told bought by", table);
        Assert.Contains("chain told is active: every member answers", table);
        var entries = (await SkaleCommand.Json(["history", "told", .. url])).GetProperty("entries").EnumerateArray()
            .Where(e => e.GetProperty("type").GetString() is not ("key_ceremony_started" or "contract_group_differs")).ToArray();
        Assert.Equal(["chain_bought", "group_chosen"], entries.Take(2).Select(e => e.GetProperty("type").GetString()));
        Assert.Equal(["fact", "decision"], entries.Take(2).Select(e => e.GetProperty("kind").GetString()));
        Assert.Equal(entries[0].GetProperty("id").GetGuid(), entries[1].GetProperty("cause").GetProperty("id").GetGuid());
        Assert.All(entries, e => Assert.Equal(JsonValueKind.Object, e.GetProperty("cause").ValueKind));

        Assert.Contains("ordered nodes 1, 3 to run told", await SkaleCommand.Output(["history", "3", .. url]));
        var node = await SkaleCommand.Json(["history", "3", .. url]);
        Assert.Equal("node 3", node.GetProperty("subject").GetString());
        Assert.Contains("node_registered", node.GetProperty("entries").EnumerateArray().Select(e => e.GetProperty("type").GetString()));
    }

    [Fact]
    public async Task explain_makes_a_choice_again_and_its_exit_code_says_whether_it_agrees()
    {
        await using var drawn = await BoughtChain.On(fixture, "drawn", ThirtyTwoSlicesOnTwo);
        var (code, output) = await SkaleCommand.Run(["explain", "drawn", .. url]);
        Assert.Equal(0, code);
        Assert.Contains("strategy    uniform, version 3", output);
        Assert.Contains("result      agrees", output);
        var choice = Assert.Single((await SkaleCommand.Json(["explain", "drawn", .. url])).EnumerateArray());
        Assert.True(JsonElement.DeepEquals(choice.GetProperty("recorded").GetProperty("group"), choice.GetProperty("computed")), choice.ToString());

        (code, output) = await SkaleCommand.Run(["explain", "no-such-chain", .. url]);
        Assert.Equal(NotFound, code);
        Assert.Contains("There is no chain 'no-such-chain'", output);
    }

    [Fact]
    public async Task events_are_all_there_in_order_and_follow_shows_what_happens_next()
    {
        var lines = (await SkaleCommand.Output(["events", "--json", .. url])).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var positions = lines.Select(l => JsonDocument.Parse(l).RootElement.GetProperty("position").GetInt64()).ToArray();
        Assert.Equal(positions.Order().Distinct(), positions);
        Assert.Contains($"scheduler of network {fixture.Stack.Network} started", await SkaleCommand.Output(["events", .. url]));

        await using var follower = SkaleCommand.Start(["events", "--follow", "--after", $"{positions[^1]}", .. url]);
        await using var chain = await BoughtChain.On(fixture, "followed", ThirtyTwoSlicesOnTwo);
        await Wait.Until("the follower to show the new chain", () => follower.Output.Contains("chain followed is active", StringComparison.Ordinal), Wait.Patience);
        Assert.Equal(1, follower.Output.Split('\n').Count(l => l.Contains("chain followed bought by", StringComparison.Ordinal)));
        Assert.DoesNotContain("scheduler of network", follower.Output);
        await follower.Terminate(Wait.Patience);
    }

    [Fact]
    public async Task what_does_not_exist_ends_with_5_and_names_what_does()
    {
        await using var chain = await BoughtChain.On(fixture, "known", ThirtyTwoSlicesOnTwo);
        var (code, output) = await SkaleCommand.Run(["history", "no-such-chain", .. url]);
        Assert.Equal(NotFound, code);
        Assert.Contains("There is no chain 'no-such-chain'", output);
        Assert.Contains("known", output);

        (code, output) = await SkaleCommand.Run(["history", "77", .. url]);
        Assert.Equal(NotFound, code);
        Assert.Contains("There is no node '77'. There are: 0, 1, 2, 3.", output);
    }

    [Fact]
    public async Task nobody_answers_ends_with_3_and_what_to_do()
    {
        var (code, output) = await SkaleCommand.Run("status", "--url", $"http://127.0.0.1:{Repository.FreePort()}");
        Assert.Equal(Unreachable, code);
        Assert.Contains("does not answer", output);
        Assert.Contains("./run", output);
        Assert.Contains("--url", output);
    }

    [Theory]
    [InlineData("Unrecognized command or argument 'nonsense'", "nonsense")]
    [InlineData("Unrecognized command or argument '--bogus'", "status", "--bogus")]
    [InlineData("Required argument 'CHAIN|NODE' missing", "history")]
    [InlineData("Cannot parse argument 'soon'", "events", "--after", "soon")]
    [InlineData("'nowhere' is no address", "status", "--url", "nowhere")]
    [InlineData("--nodes is 9", "up", "--simulate", "--nodes", "9")]
    [InlineData("--keep goes with --once", "up", "--simulate", "--keep", "x")]
    [InlineData("Give --owner", "store", "migrate")]
    public async Task wrong_arguments_end_with_2_and_say_what_is_wrong(string reason, params string[] arguments)
    {
        var (code, output) = await SkaleCommand.Run(arguments);
        Assert.Contains(reason, output);
        Assert.Equal(BadInput, code);
    }

    [Fact]
    public async Task a_position_below_zero_is_the_askers_mistake()
    {
        var (code, output) = await SkaleCommand.Run(["events", "--after", "-7", .. url]);
        Assert.Contains("-7", output);
        Assert.Equal(BadInput, code);
    }
}
