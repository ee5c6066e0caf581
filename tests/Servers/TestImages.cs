using System.Collections.Concurrent;
using Skale.Docker;

namespace Skale.Servers;

/// <summary>Images the tests run, built when the engine lacks them and left for the next run. Each returns the image's id.</summary>
public static class TestImages
{
    // Tests that run at once would otherwise build the same image twice.
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> built = new();

    /// <summary>The development chain of <c>images/evm</c>.</summary>
    public static Task<string> Evm(DockerEngine engine) => Build(engine, Repository.Path("images", "evm"));

    /// <summary>Busybox: the command is an applet with its arguments.</summary>
    public static Task<string> Box(DockerEngine engine) => Build(engine, Repository.Path("tests", "Servers", "box"));

    private static Task<string> Build(DockerEngine engine, string folder) =>
        built.GetOrAdd($"{engine.Endpoint} {folder}", _ => new(() => ScratchImage.Build(engine, folder, Repository.Path(".tools")))).Value;
}
