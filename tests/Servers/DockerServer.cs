using Skale.Docker;

namespace Skale.Servers;

/// <summary>
/// The machine's real Docker Engine, for one test: everything the test creates carries <see cref="Labels"/>, a label of its own, and only that is removed at the end.
/// </summary>
public sealed class DockerServer : IAsyncDisposable
{
    private const string TestLabel = "skale.test";
    private readonly List<string> images = [];

    private DockerServer(DockerEngine engine, string id)
    {
        Engine = engine;
        Id = id;
        Labels = new Dictionary<string, string> { [TestLabel] = id };
    }

    public DockerEngine Engine { get; }

    /// <summary>Unique to the test, short, legal in names.</summary>
    public string Id { get; }

    public IReadOnlyDictionary<string, string> Labels { get; }

    /// <param name="endpoint">Of an engine of the test's own; null for the machine's.</param>
    /// <exception cref="InvalidOperationException">No engine answers; the message says what to do.</exception>
    public static async Task<DockerServer> Open(EngineEndpoint? endpoint = null)
    {
        var engine = new DockerEngine(endpoint);
        try
        {
            await engine.Ping();
        }
        catch (Exception e) when (e is DockerUnavailableException or DockerVersionException)
        {
            throw new InvalidOperationException($"This test needs a Docker Engine. {e.Message} (./test installs and starts one.)", e);
        }

        return new DockerServer(engine, Guid.NewGuid().ToString("N")[..12]);
    }

    /// <summary>A name no other test uses.</summary>
    public string Name(string purpose) => $"test-{Id}-{purpose}";

    /// <summary>Labels of the test and these.</summary>
    public IReadOnlyDictionary<string, string> With(params (string Key, string Value)[] more) =>
        Labels.Concat(more.Select(pair => KeyValuePair.Create(pair.Key, pair.Value))).ToDictionary();

    /// <summary>A name for an image that is removed at the end.</summary>
    public string ImageName(string purpose)
    {
        images.Add($"{Name(purpose)}:1");
        return images[^1];
    }

    /// <summary>An isolated network on a subnet that was free.</summary>
    public async Task<string> Network(string purpose, bool isInternal = false)
    {
        var name = Name(purpose);
        // 10.128.0.0/9 in parts of 32 addresses; a taken one is answered, and the next is tried.
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var part = Random.Shared.Next(1 << 18);
            var subnet = System.Net.IPNetwork.Parse($"10.{128 + (part >> 11 & 127)}.{part >> 3 & 255}.{(part & 7) * 32}/27");
            try
            {
                await Engine.Networks.Create(new NetworkSpec { Name = name, Subnet = subnet, Internal = isInternal, Labels = Labels });
                return name;
            }
            catch (DockerException e) when (e.SubnetTaken)
            {
            }
        }

        throw new InvalidOperationException("100 random subnets of 10.128.0.0/9 are all taken: remove stale networks (docker network ls).");
    }

    public async ValueTask DisposeAsync()
    {
        await Engine.RemoveAll(Labels);

        foreach (var image in images)
        {
            await Engine.Images.Remove(image, force: true);
        }

        Engine.Dispose();
    }
}
