using Skale.Docker;
using Skale.Servers;

namespace Skale.Docker.Tests;

/// <summary>Busybox containers of one test.</summary>
internal static class Boxes
{
    public static async Task<ContainerSpec> Box(this DockerServer server, string purpose, params string[] command) => new()
    {
        Name = server.Name(purpose),
        Image = await TestImages.Box(server.Engine),
        Command = command,
        Labels = server.Labels,
        Isolation = Isolation.Strict,
    };

    public static Task<ContainerSpec> Shell(this DockerServer server, string purpose, string script) => server.Box(purpose, "sh", "-c", script);

    public static async Task<string> Run(this DockerServer server, ContainerSpec spec)
    {
        var created = await server.Engine.Containers.Create(spec);
        await server.Engine.Containers.Start(created.Id);
        return created.Id;
    }

    /// <summary>Runs a container to its end.</summary>
    public static async Task<(ContainerDetails Details, string Output)> Finish(this DockerServer server, ContainerSpec spec)
    {
        using var limit = new CancellationTokenSource(Wait.Patience);
        var id = await server.Run(spec);
        await server.Engine.Containers.Wait(id, limit.Token);
        return ((await server.Engine.Containers.Find(id))!, await server.Output(id));
    }

    public static async Task<string> Output(this DockerServer server, string container)
    {
        var lines = new List<string>();
        await foreach (var line in server.Engine.Containers.Logs(container))
        {
            lines.Add(line.Text);
        }

        return string.Join('\n', lines);
    }
}
