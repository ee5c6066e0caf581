using Skale.Docker;
using Skale.Servers;

namespace Skale.Docker.Tests;

public sealed class VolumeTests
{
    [Fact]
    public async Task a_volume_outlives_its_container_and_is_gone_only_when_removed()
    {
        await using var server = await DockerServer.Open();
        var volume = (await server.Engine.Volumes.Create(new VolumeSpec { Name = server.Name("data"), Labels = server.Labels })).Name;
        VolumeMount[] mounts = [new(volume, "/data")];
        var (writer, _) = await server.Finish(await server.Shell("writer", "echo kept > /data/file") with { Volumes = mounts });
        await server.Engine.Containers.Remove(writer.Id);

        var (reader, output) = await server.Finish(await server.Box("reader", "cat", "/data/file") with { Volumes = mounts });

        Assert.Equal("kept", output);
        Assert.True((await Assert.ThrowsAsync<DockerException>(() => server.Engine.Volumes.Remove(volume))).Conflict);
        await server.Engine.Containers.Remove(reader.Id);
        Assert.True(await server.Engine.Volumes.Remove(volume));
        Assert.False(await server.Engine.Volumes.Remove(volume));
        Assert.Null(await server.Engine.Volumes.Find(volume));
    }

    [Fact]
    public async Task volumes_are_listed_by_label()
    {
        await using var server = await DockerServer.Open();
        await server.Engine.Volumes.Create(new VolumeSpec { Name = server.Name("a"), Labels = server.With(("kind", "state")) });
        await server.Engine.Volumes.Create(new VolumeSpec { Name = server.Name("b"), Labels = server.Labels });

        Assert.Equal([server.Name("a")], (await server.Engine.Volumes.List(server.With(("kind", "state")))).Select(volume => volume.Name));
        Assert.Equal(2, (await server.Engine.Volumes.List(server.Labels)).Count);
    }

    [Fact]
    public async Task driver_options_reach_the_engine()
    {
        await using var server = await DockerServer.Open();
        var options = new Dictionary<string, string> { ["type"] = "tmpfs", ["device"] = "tmpfs", ["o"] = "size=1m" };
        var volume = await server.Engine.Volumes.Create(new VolumeSpec { Name = server.Name("small"), Options = options, Labels = server.Labels });

        var (details, output) = await server.Finish(await server.Shell("filler", "dd if=/dev/zero of=/data/file bs=1M count=2 2>&1") with { Volumes = [new VolumeMount(volume.Name, "/data")] });

        Assert.Equal(options.OrderBy(option => option.Key), volume.Options.OrderBy(option => option.Key));
        Assert.Equal(1, details.State.ExitCode);
        Assert.Contains("No space left", output, StringComparison.Ordinal);
    }
}
