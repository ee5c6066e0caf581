using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Skale.Servers;

namespace Skale.Story.Tests;

/// <summary><c>skale audit replay</c>, <c>at</c> and <c>diff</c> on the logs of a real story, and on those of a system that runs.</summary>
public sealed partial class AuditTests(KeptStory story, StackFixture fixture) : IClassFixture<KeptStory>
{
    private const int Failed = 1, BadInput = 2, Unreachable = 3, LogLost = 4, NotFound = 5;
    private readonly string[] journal = ["--journal", story.Logs];

    [Fact]
    public async Task a_story_is_decided_again_as_it_was()
    {
        var scheduler = await SkaleCommand.Json(["audit", "replay", .. journal]);
        Assert.Equal(story.Events.Length, scheduler.GetProperty("events").GetInt32());
        Assert.True(scheduler.GetProperty("inputs").GetInt32() is > 20 and var inputs && inputs < story.Events.Length, $"{scheduler}");
        Assert.Equal(JsonValueKind.Null, scheduler.GetProperty("difference").ValueKind);
        Assert.Contains("Everything is decided as in history.", await SkaleCommand.Output(["audit", "replay", .. journal]));
        for (var node = 0; node < 4; node++)
        {
            var agent = await SkaleCommand.Json(["audit", "replay", .. journal, "--log", $"node-{node}"]);
            Assert.Equal(story.Lines($"node-{node}").Count(), agent.GetProperty("events").GetInt32());
        }
    }

    [Fact]
    public async Task a_log_that_keeps_no_inputs_is_refused_with_the_reason()
    {
        var (code, output) = await SkaleCommand.Run(["audit", "replay", .. journal, "--log", "chainwatcher"]);
        Assert.Equal(BadInput, code);
        Assert.Contains("cannot be replayed: it records what was read from Ethereum", output);
    }

    [Fact]
    public async Task a_forged_committee_is_found_where_it_was_chosen()
    {
        var chosen = story.First("group_chosen", "chain-alpha").GetProperty("Position").GetInt64();
        var forged = story.CopyWith("forged", line => line.Contains($"\",\"Position\":{chosen},\"", StringComparison.Ordinal)
            ? Group().Replace(line, m => $"\"Group\":[{string.Join(',', m.Groups[1].Value.Split(',').Reverse())}]") : line);
        var (code, output) = await SkaleCommand.Run("audit", "replay", "--journal", forged);
        Assert.Equal(Failed, code);
        Assert.Contains($"DIFFERENCE at position {chosen}: not alike: data.Group.", output);

        (code, output) = await SkaleCommand.Run("audit", "replay", "--journal", forged, "--json");
        Assert.Equal(Failed, code);
        var difference = JsonDocument.Parse(output).RootElement.GetProperty("difference");
        var (history, now) = (GroupOf(difference, "history"), GroupOf(difference, "now"));
        Assert.Equal(4, now.Length);
        Assert.Equal(now.Reverse(), history);
    }

    [Fact]
    public async Task a_damaged_journal_ends_with_4_and_names_the_line()
    {
        var damaged = story.CopyWith("damaged", line => line.Contains("\",\"Position\":7,\"", StringComparison.Ordinal) ? line[..^5] : line);
        var (code, output) = await SkaleCommand.Run("audit", "replay", "--journal", damaged);
        Assert.Equal(LogLost, code);
        Assert.Contains("line 7", output);
    }

    [Fact]
    public async Task the_network_is_shown_as_it_was()
    {
        var active = story.First("creation_completed", "chain-alpha");
        var position = active.GetProperty("Position").GetInt64();
        Assert.Equal("active", Phase(await At($"{position}")));
        Assert.Equal("creating", Phase(await At($"{position - 1}")));
        Assert.Equal("active", Phase(await At(active.GetProperty("At").GetString()!)));
        var block = story.First("chain_bought", "chain-alpha").GetProperty("Data").GetProperty("Origin").GetProperty("BlockNumber").GetInt64();
        Assert.Null(Phase(await At($"block:{block - 1}")));
        Assert.NotNull(Phase(await At($"block:{block}")));
        Assert.Equal(story.Events.Length, (await At("block:99999")).GetProperty("moment").GetProperty("position").GetInt32());

        var table = await SkaleCommand.Output(["audit", "at", $"{position}", .. journal]);
        Assert.Contains("SIMULATED", table);
        Assert.Matches(@"alpha\s+active\s+16\s+scheduler", table);
        Assert.Matches(@"node-0\s+active\s+\d+\s+\d+\s+alpha:16", table);
        Assert.Contains("this is the present state", await SkaleCommand.Output(["audit", "at", "2999-01-01T00:00:00Z", .. journal]));
        Assert.Contains("The log begins later: position 1,", await SkaleCommand.Output(["audit", "at", "1999-01-01T00:00:00Z", .. journal]));
    }

    [Fact]
    public async Task what_changed_between_two_moments_is_shown()
    {
        var bought = story.First("chain_bought", "chain-alpha").GetProperty("Position").GetInt64();
        var active = story.First("creation_completed", "chain-alpha").GetProperty("Position").GetInt64();
        string[] moments = ["audit", "diff", $"{bought - 1}", $"{active}", .. journal];
        var changes = (await SkaleCommand.Json(moments)).GetProperty("changes").EnumerateArray().ToArray();
        Assert.Equal(
            ["bought", "placed", "active"],
            changes.Where(c => c.GetProperty("kind").GetString() == "chain" && c.GetProperty("name").GetString() == "alpha").Select(c => c.GetProperty("what").GetString()));
        Assert.Equal(4, changes.Count(c => c.GetProperty("what").GetString() == "slices" && c.GetProperty("after").GetString()!.Contains("alpha:16", StringComparison.Ordinal)));
        Assert.Matches(@"chain\s+alpha\s+bought\s+-\s+16 slices of each of 4 nodes", await SkaleCommand.Output(moments));
        Assert.Contains("Nothing changed.", await SkaleCommand.Output(["audit", "diff", "99998", "99999", .. journal]));
    }

    [Theory]
    [InlineData(BadInput, "is no moment", "at", "soon")]
    [InlineData(BadInput, "has no zone", "at", "2026-01-31T12:00:00")]
    [InlineData(BadInput, "give the earlier moment first", "diff", "20", "10")]
    [InlineData(BadInput, "'node-1' does not hold it", "at", "1", "--log", "node-1")]
    [InlineData(BadInput, "choose one of --journal", "replay", "--postgres", "Host=x")]
    [InlineData(NotFound, "holds no log 'node-9'. There are: chainwatcher, node-0,", "replay", "--log", "node-9")]
    public async Task what_is_asked_wrongly_is_refused_with_the_reason(int expected, string reason, params string[] arguments)
    {
        var (code, output) = await SkaleCommand.Run(["audit", .. arguments, .. journal]);
        Assert.Contains(reason, output);
        Assert.Equal(expected, code);
    }

    [Fact]
    public async Task the_log_is_found_by_option_by_variable_and_in_the_folder_of_skale_up()
    {
        var elsewhere = Directory.CreateDirectory(Path.Combine(story.Data, "elsewhere")).FullName;
        Assert.Equal(0, (await SkaleCommand.RunIn(story.Data, null, "audit", "replay")).Code);
        Assert.Equal(0, (await SkaleCommand.RunIn(elsewhere, new Dictionary<string, string> { ["Store__Journal"] = story.Logs }, "audit", "replay")).Code);
        Assert.Contains("Log node-2:", await SkaleCommand.Output("audit", "replay", "--journal", Path.Combine(story.Logs, "node-2")));
        var (code, output) = await SkaleCommand.RunIn(elsewhere, null, "audit", "replay");
        Assert.Equal(BadInput, code);
        Assert.Contains("Which log? Give --journal FOLDER or --postgres", output);
        (code, output) = await SkaleCommand.Run("audit", "replay", "--journal", Path.Combine(story.Data, "nowhere"));
        Assert.Equal(NotFound, code);
        (code, output) = await SkaleCommand.Run("audit", "replay", "--postgres", $"Host=127.0.0.1;Port={Repository.FreePort()};Username=x");
        Assert.Equal(Unreachable, code);
        (code, output) = await SkaleCommand.Run("audit", "replay", "--postgres", "this is none");
        Assert.Equal(BadInput, code);
    }

    [Fact]
    public async Task the_log_of_a_running_system_is_decided_again_from_postgresql()
    {
        const int SixteenSlicesOnFour = 4;
        await using var chain = await BoughtChain.On(fixture, "audited", SixteenSlicesOnFour);
        string[] postgres = ["--postgres", fixture.Stack.Database.Reader];
        var replayed = await SkaleCommand.Json(["audit", "replay", .. postgres]);
        Assert.True(replayed.GetProperty("events").GetInt32() > 20, $"{replayed}");
        Assert.Matches(@"audited\s+active\s+16\s+scheduler", await SkaleCommand.Output(["audit", "at", "2999-01-01T00:00:00Z", .. postgres]));
        var (code, output) = await SkaleCommand.Run(["audit", "replay", .. postgres, "--log", "node-0"]);
        Assert.Equal(NotFound, code);
        Assert.Contains("its tables are missing in schema node_0", output);
    }

    private Task<JsonElement> At(string moment) => SkaleCommand.Json(["audit", "at", moment, .. journal]);

    private static string? Phase(JsonElement at) => at.GetProperty("chains").EnumerateArray()
        .Where(c => c.GetProperty("name").GetString() == "alpha").Select(c => c.GetProperty("phase").GetString()).SingleOrDefault();

    private static string[] GroupOf(JsonElement difference, string side) =>
        [.. difference.GetProperty(side).GetProperty("data").GetProperty("Group").EnumerateArray().Select(n => n.GetInt64().ToString(CultureInfo.InvariantCulture))];

    [GeneratedRegex("\"Group\":\\[([^\\]]*)\\]")]
    private static partial Regex Group();
}
