using System.Formats.Tar;
using System.Text;
using Skale.Docker;
using Skale.Ethereum;
using Skale.Metrics.Api;
using Skale.Servers;

namespace Skale.Story.Tests;

/// <summary><c>skale chain</c> and <c>skale node</c> against a running system, as an operator types them.</summary>
public sealed class ChangeCommandTests
{
    private const string Token = "a token for this test";

    [Fact]
    public async Task a_chain_is_created_resized_rotated_and_removed_and_a_node_kept_and_drained()
    {
        await using var run = new EmbeddedRun(simulate: true, Token);
        await run.Start();
        await run.WaitForPhase("active");

        Assert.Contains("createChain /v1/chains/mine: succeeded", await Skale(0, "chain", "create", "mine", "--owner", "ann", "--slices", "4", "--group-size", "1", "--wait"));
        Assert.Contains("resizeChain /v1/chains/mine: succeeded", await Skale(0, "chain", "resize", "mine", "--slices", "8", "--wait"));
        Assert.Contains("resizeChain /v1/chains/mine: succeeded", await Skale(0, "chain", "resize", "mine", "--slices", "2", "--wait"));
        Assert.Contains("rotateChain /v1/chains/mine: succeeded", await Skale(0, "chain", "rotate", "mine", "--wait"));
        Assert.Contains("bought in the contract", await Skale(1, "chain", "resize", "beta", "--slices", "8"));
        Assert.Contains("needs 128 slices of each of its nodes", await Skale(1, "chain", "resize", "mine", "--slices", "128"));
        Assert.Contains("setMaintenance /v1/nodes/0: succeeded", await Skale(0, "node", "maintenance", "0"));
        Assert.Contains("setMaintenance /v1/nodes/0: succeeded", await Skale(0, "node", "maintenance", "0", "--undo"));
        Assert.Contains("setDrain /v1/nodes/0: running", await Skale(0, "node", "drain", "0"));
        Assert.Contains("setDrain /v1/nodes/0: succeeded", await Skale(0, "node", "drain", "0", "--undo"));
        Assert.Contains("there is no node 9", await Skale(5, "node", "drain", "9"));
        Assert.Contains("removeChain /v1/chains/mine: succeeded", await Skale(0, "chain", "remove", "mine", "--wait"));

        Task<string> Skale(int expected, params string[] arguments) => ChangeCommandTests.Skale(run, expected, arguments);
    }

    [Fact]
    public async Task a_running_chain_gets_another_image_with_its_data_and_a_bad_one_is_taken_back()
    {
        using var engine = new DockerEngine();
        var name = $"skale-evm:{Guid.NewGuid():N}";
        try
        {
            await using var run = new EmbeddedRun(simulate: false, Token);
            await run.Start();
            await run.WaitForPhase("active");
            var image = await Derived(engine, name);
            await Mine(run, blocks: 3);
            var (before, images) = await Running(engine, run.Network);

            Assert.Contains("changeImage /v1/chains/beta: succeeded", await Skale(run, 0, "chain", "image", "beta", "--image", name, "--wait"));
            var (after, changed) = await Running(engine, run.Network);
            Assert.Equal([image, image], changed);
            Assert.Empty(before.Intersect(after));
            Assert.All(await Heights(run), h => Assert.Equal(3, h));

            Assert.Contains($"every member runs '{name}' again", await Skale(run, 1, "chain", "image", "beta", "--image", "localhost:1/none:1", "--wait"));
            Assert.Equal([image, image], (await Running(engine, run.Network)).Images);
            Assert.All(await Heights(run), h => Assert.Equal(3, h));
            Assert.DoesNotContain(image, images);
        }
        finally
        {
            await engine.Images.Remove(name, force: true);
        }
    }

    /// <summary>The same files under another id.</summary>
    private static async Task<string> Derived(DockerEngine engine, string name)
    {
        using var context = new MemoryStream();
        await using (var tar = new TarWriter(context, leaveOpen: true))
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "Dockerfile") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes($"FROM {await TestImages.Evm(engine)}\n")) });
        }

        context.Position = 0;
        return await engine.Images.Build(context, name, new Dictionary<string, string> { ["skale.test"] = name });
    }

    /// <summary>Containers of chain beta, and the ids of the images they were made from.</summary>
    private static async Task<(string[] Containers, string[] Images)> Running(DockerEngine engine, string network)
    {
        var found = new List<ContainerDetails>();
        foreach (var listed in await engine.Containers.List(new Dictionary<string, string> { ["skale.network"] = network, ["skale.chain"] = "beta" }))
        {
            found.Add((await engine.Containers.Find(listed.Id))!);
        }

        return ([.. found.Select(c => c.Id)], [.. found.Select(c => c.ImageId)]);
    }

    private static async Task Mine(EmbeddedRun run, int blocks)
    {
        foreach (var endpoint in await Endpoints(run))
        {
            using var rpc = new JsonRpcClient(endpoint);
            await rpc.Send(RpcCall.Of<string?>("anvil_mine", json => json.ToString(), $"0x{blocks:x}"));
        }
    }

    private static async Task<long[]> Heights(EmbeddedRun run)
    {
        var heights = new List<long>();
        foreach (var endpoint in await Endpoints(run))
        {
            using var rpc = new JsonRpcClient(endpoint);
            heights.Add(await rpc.Send(Eth.BlockNumber()));
        }

        return [.. heights];
    }

    private static async Task<Uri[]> Endpoints(EmbeddedRun run) =>
        [.. (await run.Get<ChainAnswer[]>("api/chains")).Single(c => c.Name == "beta").Group.Select(m => new Uri(m.Endpoint!))];

    private static async Task<string> Skale(EmbeddedRun run, int expected, params string[] arguments)
    {
        var (code, output) = await SkaleCommand.RunIn(null, new Dictionary<string, string> { ["SKALE_TOKEN"] = Token }, [.. arguments, "--scheduler", run.Address.ToString()]);
        Assert.True(code == expected, $"skale {string.Join(' ', arguments)} ended with {code}: {output}");
        return output;
    }
}
