using Skale.Docker;
using Skale.Servers;

namespace Skale.Docker.Tests;

public sealed class EvmImageTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task a_chain_answers_with_a_quarter_of_a_cpu_without_any_capability_and_not_as_root()
    {
        await using var server = await DockerServer.Open();
        using var chain = await EvmChain.Start(server);

        await chain.Answers();

        var details = (await server.Engine.Containers.Find(chain.Container))!;
        Assert.Equal("65532:65532", details.User);
        Assert.Equal(["ALL"], details.Isolation.DroppedCapabilities);
    }

    [Fact]
    public async Task what_was_written_just_before_an_orderly_stop_is_there_after_the_start()
    {
        await using var server = await DockerServer.Open();
        using var chain = await EvmChain.Start(server);
        await chain.Answers();
        await chain.Ask("anvil_mine", "0x3");

        await server.Engine.Containers.Stop(chain.Container, Grace);
        Assert.Equal(0, (await server.Engine.Containers.Find(chain.Container))!.State.ExitCode);
        await chain.Restart();

        Assert.Equal(3, await chain.Height());
    }

    [Fact]
    public async Task a_kill_loses_at_most_what_was_written_since_the_last_kept_dump()
    {
        await using var server = await DockerServer.Open();
        using var chain = await EvmChain.Start(server);
        await chain.Answers();
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var round = 0; round < 5; round++)
        {
            // A long history makes the dump long, and the kill more likely to tear it.
            await chain.Ask("anvil_mine", "0x64");
            var height = await chain.Height();
            await Wait.Until($"a dump of block {height} in the volume", () => DumpHolds(server, height), Wait.Patience);
            var tip = height + 200;
            await chain.Ask("anvil_mine", "0xc8");
            using (var moment = new CancellationTokenSource(random.Next(1000)))
            {
                await Wait.Until("a random moment", () => moment.IsCancellationRequested, Wait.Patience);
            }

            await server.Engine.Containers.Kill(chain.Container);
            await server.Engine.Containers.Wait(chain.Container);
            await chain.Restart();

            Assert.InRange(await chain.Height(), height, tip);
        }
    }

    [Fact]
    public async Task a_torn_dump_is_passed_over_for_the_last_whole_one()
    {
        await using var server = await DockerServer.Open();
        using var chain = await EvmChain.Start(server);
        await chain.Answers();
        await chain.Ask("anvil_mine", "0x5");
        await Wait.Until("block 5 in the volume", () => DumpHolds(server, 5), Wait.Patience);
        await server.Engine.Containers.Stop(chain.Container, Grace);

        await server.Finish(await server.Shell("tear", "cd /data && cp state.json done.json && dd if=state.json of=dump.json bs=100 count=10") with
        {
            User = "65532:65532",
            Volumes = [new VolumeMount(server.Name("chain-data"), "/data")],
        });
        await chain.Restart();

        Assert.Equal(5, await chain.Height());
    }

    [Fact]
    public async Task arguments_anvil_does_not_understand_end_the_container_with_its_words()
    {
        await using var server = await DockerServer.Open();

        var (details, said) = await server.Finish(new ContainerSpec
        {
            Name = server.Name("wrong"),
            Image = await TestImages.Evm(server.Engine),
            Command = ["--chain-id", "not-a-number"],
            Labels = server.Labels,
        });

        Assert.NotEqual(0, details.State.ExitCode);
        Assert.Contains("not-a-number", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task two_chains_do_not_share_state()
    {
        await using var server = await DockerServer.Open();
        using var one = await EvmChain.Start(server, purpose: "one");
        using var two = await EvmChain.Start(server, purpose: "two");
        await one.Answers();
        await two.Answers();
        var account = $"0x{new string('a', 40)}";

        await one.Ask("anvil_setBalance", account, "0x7b");

        Assert.Equal(("0x7b", "0x0"), (await one.Ask("eth_getBalance", account, "latest"), await two.Ask("eth_getBalance", account, "latest")));
    }

    /// <summary>Looks from outside, through another container on the same volume: is the height in a dump that the next start would take?</summary>
    private static async Task<bool> DumpHolds(DockerServer server, int height)
    {
        var name = server.Name($"look-{Guid.NewGuid():N}");
        var (details, _) = await server.Finish(await server.Shell("look", $"cd /data && grep -q '{{\"block\":{{\"number\":\"0x{height:x}\"' state.json") with
        {
            Name = name,
            Volumes = [new VolumeMount(server.Name("chain-data"), "/data", ReadOnly: true)],
        });
        await server.Engine.Containers.Remove(details.Id);
        return details.State.ExitCode == 0;
    }
}
