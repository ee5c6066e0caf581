using System.Collections.Concurrent;
using Skale.Docker;

namespace Skale.NodeAgent;

/// <summary>The operator's own judge of images, such as a check of signatures: a program that is asked before anything of an image is used.</summary>
/// <param name="program">Whole path; empty for none.</param>
internal sealed class ImageVerifier(DockerEngine engine, string program, TimeSpan atMost)
{
    private const int MostWords = 500;
    private readonly ConcurrentDictionary<string, string> judged = [];

    /// <summary>
    /// Before a container is made, for at that moment the image's files reach its volume. Returns what to make it from: when there is a judge, the very image that was judged, wherever
    /// its name leads a moment later.
    /// </summary>
    /// <exception cref="StepRefusedException">The verifier refuses, fails or takes too long.</exception>
    public async Task<string> BeforeCreate(string container, string reference, CancellationToken cancellation)
    {
        if (program.Length == 0 || await engine.Images.Find(reference, cancellation) is not { } image)
        {
            return reference;
        }

        await Ask(reference, image.Id);
        judged[container] = image.Id;
        return image.Id;
    }

    /// <summary>Before a start, unless the container was made just now.</summary>
    /// <exception cref="StepRefusedException">As above.</exception>
    public async Task BeforeStart(string container, string reference, CancellationToken cancellation)
    {
        var before = judged.TryRemove(container, out var known) ? known : null;
        if (program.Length > 0 && await engine.Containers.Find(container, cancellation) is { } found && found.ImageId != before)
        {
            await Ask(reference, found.ImageId);
        }
    }

    private async Task Ask(string reference, string id)
    {
        try
        {
            await HostTool.Run(program, [reference, id], atMost: atMost);
        }
        catch (HostToolException e)
        {
            throw new StepRefusedException($"the verifier refuses image '{reference}' ({id}): {(e.Message.Length > MostWords ? e.Message[..MostWords] : e.Message)}", e);
        }
    }
}
