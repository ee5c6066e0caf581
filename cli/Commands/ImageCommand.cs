using System.CommandLine;
using Skale.Cli.Embedded;
using Skale.Docker;
using Skale.Hosting;

namespace Skale.Cli.Commands;

/// <summary><c>skale image</c>: the development chain's image, on this machine's engine.</summary>
internal static class ImageCommand
{
    public static Command Create()
    {
        var image = new Command("image", "Build the development chain's image from .tools, unless it is there already, and print its tag.");
        image.SetAction((_, cancellation) => Build(cancellation));
        return image;
    }

    private static async Task<int> Build(CancellationToken cancellation)
    {
        try
        {
            using var engine = new DockerEngine();
            await engine.Ping(cancellation);
            await ScratchImage.Build(engine, Clone.ChainImage, Clone.Tools, cancellation: cancellation);
            Console.WriteLine(ScratchImage.Read(Clone.ChainImage).Tag);
            return ExitCodes.Done;
        }
        catch (Exception e) when (e is DockerUnavailableException or FileNotFoundException or DirectoryNotFoundException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return e is DockerUnavailableException ? ExitCodes.Unreachable : ExitCodes.Failed;
        }
    }
}
