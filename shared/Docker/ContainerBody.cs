using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Skale.Docker;

/// <summary>The engine's JSON for a <see cref="ContainerSpec"/>.</summary>
internal static class ContainerBody
{
    public static JsonObject Of(ContainerSpec spec) => new()
    {
        ["Image"] = spec.Image,
        ["Entrypoint"] = Node(spec.Entrypoint),
        ["Cmd"] = Node(spec.Command),
        ["Env"] = Node(spec.Environment.Select(variable => $"{variable.Key}={variable.Value}").ToArray()),
        ["Labels"] = Node(spec.Labels),
        ["User"] = spec.User,
        ["Hostname"] = spec.Hostname,
        ["WorkingDir"] = spec.WorkingFolder,
        ["StopTimeout"] = spec.StopWithin is { } time ? (int)Math.Ceiling(time.TotalSeconds) : null,
        ["ExposedPorts"] = new JsonObject(spec.Ports.Select(Key).Distinct().Select(port => KeyValuePair.Create(port, (JsonNode?)new JsonObject()))),
        ["HostConfig"] = HostConfig(spec),
        ["NetworkingConfig"] = Endpoints(spec),
    };

    private static JsonObject HostConfig(ContainerSpec spec)
    {
        var config = Members(spec.Limits);
        foreach (var (name, value) in Members(spec.Isolation).ToArray())
        {
            config[name] = value?.DeepClone();
        }

        config["NetworkMode"] = spec.Network;
        config["Init"] = spec.Init;
        config["RestartPolicy"] = Node(spec.Restart);
        config["LogConfig"] = new JsonObject
        {
            ["Type"] = "json-file",
            ["Config"] = new JsonObject { ["max-size"] = Text(spec.Log.FileBytes), ["max-file"] = Text(spec.Log.Files) },
        };
        config["Mounts"] = new JsonArray([.. spec.Volumes.Select(Mount)]);
        config["PortBindings"] = Bindings(spec.Ports);
        return config;
    }

    private static JsonObject Mount(VolumeMount mount) => new()
    {
        ["Type"] = "volume",
        ["Source"] = mount.Volume,
        ["Target"] = mount.Path,
        ["ReadOnly"] = mount.ReadOnly,
        ["VolumeOptions"] = mount.TakesOver ? null : new JsonObject { ["NoCopy"] = true },
    };

    private static JsonObject Bindings(IEnumerable<PublishedPort> ports) => new(ports.GroupBy(Key).Select(group => KeyValuePair.Create(
        group.Key,
        (JsonNode?)new JsonArray([.. group.Select(port => new JsonObject { ["HostIp"] = port.HostAddress, ["HostPort"] = Text(port.HostPort) })]))));

    private static JsonObject? Endpoints(ContainerSpec spec) => spec.NetworkAliases.Count == 0 ? null : new()
    {
        ["EndpointsConfig"] = new JsonObject { [spec.Network] = new JsonObject { ["Aliases"] = Node(spec.NetworkAliases) } },
    };

    private static string Key(PublishedPort port) => string.Create(CultureInfo.InvariantCulture, $"{port.ContainerPort}/{port.Protocol}");

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static JsonObject Members<T>(T value) => (JsonObject)Node(value)!;

    private static JsonNode? Node<T>(T value) => value is null ? null : JsonSerializer.SerializeToNode(value, EngineConnection.Json);
}
