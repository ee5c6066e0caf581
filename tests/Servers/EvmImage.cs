using Skale.Docker;

namespace Skale.Servers;

/// <summary>The development chain's image, built from <c>images/evm</c> when the engine lacks it.</summary>
public static class EvmImage
{
    /// <summary>Returns the image's id.</summary>
    public static Task<string> Build(DockerEngine engine) => ScratchImage.Build(engine, Repository.Path("images", "evm"), Repository.Path(".tools"));
}
