using Skale.Metrics.Api;
using Skale.Servers;
using Skale.Servers.Stack;

namespace Skale.Story.Tests;

/// <summary>A profile with a sidecar and a part of the data, from the operator's settings to the containers of a real engine and back to the operator's eyes.</summary>
public sealed class SidecarTests
{
    private const string Token = "a token for this test";

    [Fact]
    public async Task a_chain_of_a_profile_with_a_sidecar_runs_is_shown_and_leaves_nothing()
    {
        await using var server = await DockerServer.Open();
        var box = await TestImages.Box(server.Engine);
        await using var run = new EmbeddedRun(
            simulate: false, Token, ("Scheduler__Profiles__set__Slices", "32"), ("Scheduler__Profiles__set__GroupSize", "2"), ("Scheduler__Profiles__set__Sidecars__0__Name", "talk"),
            ("Scheduler__Profiles__set__Sidecars__0__Image", box), ("Scheduler__Profiles__set__Sidecars__0__Share", "0.25"), ("Scheduler__Profiles__set__Sidecars__0__Arguments__0", "sh"),
            ("Scheduler__Profiles__set__Sidecars__0__Arguments__1", "-c"), ("Scheduler__Profiles__set__Sidecars__0__Arguments__2", "echo beside $SKALE_CHAIN; trap exit TERM; sleep 1000000 & wait"),
            ("Scheduler__Profiles__set__DataParts__0__Name", "db"), ("Scheduler__Profiles__set__DataParts__0__Share", "0.5"));
        await run.Start();
        await run.WaitForPhase("active");
        await Skale("chain", "create", "mine", "--owner", "ann", "--profile", "set", "--wait", "--scheduler", $"{run.Address}");

        var labels = new Dictionary<string, string> { ["skale.network"] = run.Network, ["skale.chain"] = "mine" };
        Assert.Equal(["", "", "talk", "talk"], (await server.Engine.Containers.List(labels)).Select(c => c.Labels.GetValueOrDefault("skale.sidecar", "")).Order());
        var before = await Memories();
        Assert.Equal(before.Sum(m => m.Bytes) / 4, before.Where(m => m.IsSidecar).Sum(m => m.Bytes), 4.0);
        Assert.Equal(4, (await server.Engine.Volumes.List(labels)).Count);
        var members = (await run.Get<ChainAnswer[]>("api/chains")).Single(c => c.Name == "mine").Group;
        Assert.All(members, m => Assert.Equal(("talk", box), (Assert.Single(m.Sidecars!).Name, m.Sidecars![0].ImageDigest)));
        Assert.Matches("\"sidecar\": ?\"talk\"", await Skale("images", "--json", "--url", $"{run.Address}"));
        Assert.Contains("with talk", await run.Page(), StringComparison.Ordinal);
        Assert.Contains("beside mine", await Skale("logs", "mine", "--sidecar", "talk", "--node", $"{members[0].Node}"), StringComparison.Ordinal);

        await Skale("chain", "resize", "mine", "--slices", "16", "--wait", "--scheduler", $"{run.Address}");
        Assert.All(before.Zip(await Memories()), m =>
        {
            Assert.Equal(m.First.Id, m.Second.Id);
            Assert.Equal(m.First.Bytes / 2.0, m.Second.Bytes, 3.0);
        });
        await Skale("chain", "remove", "mine", "--wait", "--scheduler", $"{run.Address}");
        Assert.Empty(await server.Engine.Containers.List(labels));
        Assert.Empty(await server.Engine.Volumes.List(labels));

        async Task<List<(string Id, bool IsSidecar, long Bytes)>> Memories()
        {
            var found = new List<(string, bool, long)>();
            foreach (var listed in (await server.Engine.Containers.List(labels)).OrderBy(c => c.Id))
            {
                found.Add((listed.Id, listed.Labels.ContainsKey("skale.sidecar"), (await server.Engine.Containers.Find(listed.Id))!.Limits.MemoryBytes));
            }

            return found;
        }
    }

    private static async Task<string> Skale(params string[] arguments)
    {
        var (code, output) = await SkaleCommand.RunIn(null, new Dictionary<string, string> { ["SKALE_TOKEN"] = Token }, arguments);
        Assert.True(code == 0, $"skale {string.Join(' ', arguments)} ended with {code}: {output}");
        return output;
    }
}
