using Skale.Docker;
using Skale.Servers;

namespace Skale.Docker.Tests;

public sealed class ContainerTests
{
    [Fact]
    public async Task what_was_asked_for_is_what_inspection_shows()
    {
        await using var server = await DockerServer.Open();
        var network = await server.Network("net");
        var spec = await server.Box("full", "sleep", "600") with
        {
            Network = network,
            User = "65532:65532",
            Environment = new Dictionary<string, string> { ["COLOUR"] = "green" },
            Labels = server.With(("role", "subject")),
            Volumes = [new VolumeMount(server.Name("data"), "/data")],
            Ports = [new PublishedPort("127.0.0.1", 0, 8080)],
            Restart = RestartPolicy.OnFailure(3),
        };
        await server.Engine.Volumes.Create(new VolumeSpec { Name = server.Name("data"), Labels = server.Labels });

        var found = (await server.Engine.Containers.Find(await server.Run(spec)))!;

        Assert.Equal((spec.Name, spec.Image, "65532:65532", spec.Restart), (found.Name, found.ImageId, found.User, found.Restart));
        Assert.Equal(spec.Command, found.Command);
        Assert.All(spec.Labels, label => Assert.Equal(label.Value, found.Labels[label.Key]));
        Assert.Contains("COLOUR=green", found.Environment);
        Assert.Equal((true, "running"), (found.State.Running, found.State.Status));
        Assert.Equal((server.Name("data"), "/data", "volume", true), found.Mounts.Select(mount => (mount.Name, mount.Path, mount.Type, mount.Writable)).Single());
        Assert.StartsWith("10.", found.Networks[network].Address, StringComparison.Ordinal);
        Assert.InRange(found.HostPort(8080)!.Value, 1, 65535);
        Assert.Null(found.HostPort(9));
    }

    [Fact]
    public async Task isolation_asked_for_is_the_isolation_inspected_and_felt_inside()
    {
        await using var server = await DockerServer.Open();

        var (details, output) = await server.Finish(await server.Shell(
            "walls",
            "grep -E 'CapEff|NoNewPrivs|Seccomp:' /proc/self/status | tr -d '\\t'; touch /x 2> /dev/null || echo read-only; touch /tmp/x && echo tmp"));

        Assert.Equal(["CapEff:0000000000000000", "NoNewPrivs:1", "Seccomp:2", "read-only", "tmp"], output.Split('\n'));
        Assert.True(details.Isolation.ReadOnlyRoot);
        Assert.False(details.Isolation.Privileged);
        Assert.Equal(["ALL"], details.Isolation.DroppedCapabilities);
        Assert.Equal(["no-new-privileges"], details.Isolation.SecurityOptions);
        Assert.Equal(Isolation.Strict.Tmpfs, details.Isolation.Tmpfs);
    }

    [Fact]
    public async Task starting_stopping_and_removing_twice_is_no_error()
    {
        await using var server = await DockerServer.Open();
        var containers = server.Engine.Containers;
        var id = (await containers.Create(await server.Box("twice", "sleep", "600"))).Id;

        Assert.True(await containers.Start(id));
        Assert.False(await containers.Start(id));
        Assert.True(await containers.Stop(id, TimeSpan.Zero));
        Assert.False(await containers.Stop(id, TimeSpan.Zero));
        Assert.True(await containers.Remove(id));
        Assert.False(await containers.Remove(id));
        Assert.Null(await containers.Find(id));
    }

    [Fact]
    public async Task the_exit_code_and_both_outputs_are_kept()
    {
        await using var server = await DockerServer.Open();

        var (details, _) = await server.Finish(await server.Shell("talk", "echo one; echo two >&2; printf three; exit 7"));

        var lines = new List<LogLine>();
        await foreach (var line in server.Engine.Containers.Logs(details.Id))
        {
            lines.Add(line);
        }

        Assert.Equal(7, details.State.ExitCode);
        Assert.Equal(["one", "three", "two"], lines.Select(line => line.Text).Order());
        Assert.Equal("two", lines.Single(line => line.IsError).Text);
    }

    [Fact]
    public async Task only_the_tail_of_a_log_can_be_asked_for()
    {
        await using var server = await DockerServer.Open();
        var (details, _) = await server.Finish(await server.Shell("count", "seq 1000"));

        var tail = new List<string>();
        await foreach (var line in server.Engine.Containers.Logs(details.Id, tail: 2))
        {
            tail.Add(line.Text);
        }

        Assert.Equal(["999", "1000"], tail);
    }

    [Fact]
    public async Task lists_hold_stopped_containers_and_only_those_with_every_label()
    {
        await using var server = await DockerServer.Open();
        foreach (var (name, side) in new[] { ("a", "left"), ("b", "left"), ("c", "right") })
        {
            await server.Engine.Containers.Create(await server.Box(name, "true") with { Labels = server.With(("side", side)) });
        }

        var left = await server.Engine.Containers.List(server.With(("side", "left")));

        Assert.Equal([server.Name("a"), server.Name("b")], left.Select(container => container.Name).Order());
        Assert.All(left, container => Assert.False(container.Running));
        Assert.Equal(3, (await server.Engine.Containers.List(server.With(("side", "")))).Count);
    }

    [Fact]
    public async Task a_killed_container_shows_the_signal_in_its_exit_code_and_cannot_be_killed_twice()
    {
        await using var server = await DockerServer.Open();
        var id = await server.Run(await server.Box("victim", "sleep", "600"));

        await server.Engine.Containers.Kill(id);

        Assert.Equal(137, await server.Engine.Containers.Wait(id));
        Assert.True((await Assert.ThrowsAsync<DockerException>(() => server.Engine.Containers.Kill(id))).Conflict);
    }
}
