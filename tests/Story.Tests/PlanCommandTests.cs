using System.Text.Json;
using Skale.Metrics.Api;
using Skale.Servers;

namespace Skale.Story.Tests;

/// <summary><c>skale plan</c> against a running system, as an operator types it.</summary>
public sealed class PlanCommandTests
{
    [Fact]
    public async Task a_plan_answers_and_changes_nothing()
    {
        await using var run = new EmbeddedRun(simulate: true);
        await run.Start();
        await run.WaitForPhase("active");
        var before = (await run.Get<StatusAnswer>("api/status")).Position;
        string[] at = ["--scheduler", run.Address.ToString()];

        var (code, output) = await SkaleCommand.Run(["plan", "create", "mine", "--owner", "ann", "--slices", "4", "--group-size", "2", "--key", "k", .. at]);
        Assert.True(code == 0, output);
        Assert.Contains("1. create mine: done", output);
        Assert.Contains("mine on nodes", output);
        Assert.Contains($"behind position {before}", output);

        (code, output) = await SkaleCommand.Run(["plan", "create", "mine", "--owner", "ann", "--slices", "128", "--group-size", "2", .. at]);
        Assert.True(code == 1, output);
        Assert.Contains("waits: chain mine: needs 2 nodes with 128 free slices", output);

        var scenario = Path.Combine(run.Data, "scenario.json");
        await File.WriteAllTextAsync(scenario, """[{"do":"remove","name":"beta"},{"do":"create","name":"big","owner":"ann","type":{"slices":64,"groupSize":2}},{"do":"nodeExit","node":0}]""");
        (code, output) = await SkaleCommand.Run(["plan", "scenario", scenario, "--json", .. at]);
        Assert.True(code == 1, output);
        Assert.Contains("node 0 still serves", output);
        Assert.Equal(["remove", "create", "nodeExit"], JsonElement.Parse(output).GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("do").GetString()));

        foreach (var (expected, answer, arguments) in (ValueTuple<int, string, string[]>[])
        [
            (0, "from image skale-evm:2", ["image", "beta", "--image", "skale-evm:2"]), (1, "only the contract says its size", ["resize", "beta", "--slices", "2"]),
            (1, "there is no node 9", ["drain", "9"]), (0, "drain node 0: nothing", ["drain", "0", "--undo"]), (1, "rotate none: refused: chain 'none' does not run here", ["rotate", "none"]),
        ])
        {
            (code, output) = await SkaleCommand.Run(["plan", .. arguments, .. at]);
            Assert.True(code == expected, output);
            Assert.Contains(answer, output);
        }

        await File.WriteAllTextAsync(scenario, """[{"do":"create","colour":"red"}]""");
        Assert.Equal(2, (await SkaleCommand.Run(["plan", "scenario", scenario, .. at])).Code);
        Assert.Equal(2, (await SkaleCommand.Run(["plan", "create", "mine", "--owner", "ann", .. at])).Code);
        Assert.Equal(before, (await run.Get<StatusAnswer>("api/status")).Position);
    }
}
