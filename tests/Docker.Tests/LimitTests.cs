using Skale.Docker;
using Skale.Servers;

namespace Skale.Docker.Tests;

public sealed class LimitTests
{
    private const long MiB = 1024 * 1024;

    private static readonly Limits Slice = new()
    {
        NanoCpus = 250_000_000,
        CpuShares = 64,
        MemoryBytes = 32 * MiB,
        PidsLimit = 16,
        Ulimits = [new Ulimit("nofile", 128, 128)],
    };

    [Fact]
    public async Task limits_asked_for_are_the_limits_inspected()
    {
        await using var server = await DockerServer.Open();
        var created = await server.Engine.Containers.Create(await server.Box("slice", "true") with { Limits = Slice });

        var limits = (await server.Engine.Containers.Find(created.Id))!.Limits;

        Assert.Empty(created.Warnings!);
        Assert.Empty(Slice.DifferencesFrom(limits));
        Assert.Equal(32 * MiB, limits.MemorySwapBytes);
    }

    [Fact]
    public async Task a_limit_that_is_not_in_force_is_named_with_both_values()
    {
        await using var server = await DockerServer.Open();
        var created = await server.Engine.Containers.Create(await server.Box("slice", "true") with { Limits = Slice with { PidsLimit = 32, Ulimits = [] } });

        var limits = (await server.Engine.Containers.Find(created.Id))!.Limits;

        Assert.Equal(
            [new LimitDifference("PidsLimit", "16", "32"), new LimitDifference("Ulimits", """[{"Name":"nofile","Soft":128,"Hard":128}]""", "[]")],
            Slice.DifferencesFrom(limits));
    }

    [Fact]
    public async Task limits_are_in_the_containers_own_cgroup()
    {
        await using var server = await DockerServer.Open();
        var second = (await server.Engine.Info()).CgroupVersion == "2";
        var files = second
            ? "memory.max pids.max cpu.max"
            : "memory/memory.limit_in_bytes pids/pids.max cpu/cpu.cfs_quota_us cpu/cpu.cfs_period_us";

        var (_, output) = await server.Finish(await server.Shell("inside", $"cd /sys/fs/cgroup && cat {files}; ulimit -n") with { Limits = Slice });

        Assert.Equal(["33554432", "16", "25000", "100000", "128"], output.Split('\n', ' '));
    }

    [Fact]
    public async Task a_memory_hog_is_killed_and_the_engine_tells()
    {
        await using var server = await DockerServer.Open();
        using var limit = new CancellationTokenSource(Wait.Patience);
        var begin = DateTimeOffset.UtcNow.AddSeconds(-1);
        // The engine begins to watch for it after the container has started; a hog of the first moment can go unseen.
        var id = await server.Run(await server.Shell("hog", "sleep 1; dd if=/dev/zero of=/dev/null bs=64M count=1; echo ended with $?; exec sleep 600") with
        {
            Limits = new Limits { MemoryBytes = 16 * MiB },
        });

        EngineEvent? told = null;
        await foreach (var happened in server.Engine.Events(server.Labels, begin, limit.Token))
        {
            if (happened.Action == "oom")
            {
                told = happened;
                break;
            }
        }

        await Wait.Until("the end of the hog in the log", async () => (await server.Output(id)).Contains("ended with 137", StringComparison.Ordinal), Wait.Patience);
        Assert.Equal(id, told?.Id);
    }

    [Fact]
    public async Task forks_beyond_the_pids_limit_are_refused()
    {
        await using var server = await DockerServer.Open();

        var (details, output) = await server.Finish(await server.Shell("forks", "for i in $(seq 30); do sleep 60 & done; echo never") with { Limits = Slice });

        Assert.Contains("can't fork", output, StringComparison.Ordinal);
        Assert.DoesNotContain("never", output, StringComparison.Ordinal);
        Assert.NotEqual(0, details.State.ExitCode);
    }

    [Fact]
    public async Task a_running_container_takes_new_limits_without_a_restart()
    {
        await using var server = await DockerServer.Open();
        var id = await server.Run(await server.Box("grow", "sleep", "600") with { Limits = Slice });
        var before = await server.Engine.Containers.Find(id);

        await server.Engine.Containers.Update(id, Slice with { NanoCpus = 500_000_000, MemoryBytes = 64 * MiB });

        var after = await server.Engine.Containers.Find(id);
        Assert.Equal((500_000_000, 64 * MiB, 64 * MiB), (after!.Limits.NanoCpus, after.Limits.MemoryBytes, after.Limits.MemorySwapBytes));
        Assert.Equal(before!.State, after.State);
    }

    [Fact]
    public async Task block_io_limits_reach_the_engine()
    {
        await using var server = await DockerServer.Open();
        var device = $"/dev/{Path.GetFileName(Directory.GetDirectories("/sys/block").First(path => !Path.GetFileName(path).StartsWith("ram", StringComparison.Ordinal)))}";
        var limits = new Limits { WriteBytesPerSecond = [new DeviceRate(device, MiB)], ReadsPerSecond = [new DeviceRate(device, 100)] };

        var created = await server.Engine.Containers.Create(await server.Box("io", "true") with { Limits = limits });

        Assert.Empty(limits.DifferencesFrom((await server.Engine.Containers.Find(created.Id))!.Limits));
    }
}
