using System.Net.Http.Headers;
using System.Text.Json;

namespace Skale.Docker;

/// <summary>The images of one engine. An image is named by tag, by digest (<c>name@sha256:...</c>) or by id (<c>sha256:...</c>).</summary>
public sealed class Images
{
    private readonly EngineConnection connection;

    internal Images(EngineConnection connection) => this.connection = connection;

    /// <summary>All images that carry all the labels; no labels asks for every image.</summary>
    public async Task<IReadOnlyList<ImageSummary>> List(IReadOnlyDictionary<string, string> labels, CancellationToken cancellation = default) =>
        await connection.Ask<List<ImageSummary>>(HttpMethod.Get, EnginePath.Of("/images/json", ("filters", EnginePath.Labels(labels))), null, cancellation);

    /// <summary>Null when it is not on the machine.</summary>
    public Task<ImageDetails?> Find(string image, CancellationToken cancellation = default) =>
        connection.Find<ImageDetails>(EnginePath.Of("/images/{}/json", image), cancellation);

    /// <summary>Fetches an image from its registry; not bounded but by the token. A name with neither tag nor digest means <c>:latest</c>, never all tags.</summary>
    /// <exception cref="DockerException">The registry does not have it, refuses, or cannot be reached.</exception>
    public Task Pull(string image, IProgress<ImageProgress>? progress = null, CancellationToken cancellation = default) =>
        Follow(EnginePath.Of("/images/create", ("fromImage", image), ("tag", IsBare(image) ? "latest" : null)), () => null, progress, cancellation);

    /// <summary>Builds an image from a tar with a <c>Dockerfile</c> at its root and returns the image's id.</summary>
    /// <param name="context">Read once.</param>
    /// <exception cref="DockerException">A step of the build failed; the message is the builder's.</exception>
    public async Task<string> Build(
        Stream context,
        string tag,
        IReadOnlyDictionary<string, string>? labels = null,
        IProgress<ImageProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        var path = EnginePath.Of(
            "/build",
            ("t", tag),
            ("rm", "true"),
            ("forcerm", "true"),
            ("labels", labels is null ? null : JsonSerializer.Serialize(labels)));
        await Follow(path, () => Tar(context), progress, cancellation);
        return (await Find(tag, cancellation))?.Id ?? throw new DockerException(System.Net.HttpStatusCode.OK, $"the build ended without an image {tag}", "POST /build");
    }

    /// <summary>Takes in what <c>docker save</c> wrote.</summary>
    public Task Load(Stream tar, IProgress<ImageProgress>? progress = null, CancellationToken cancellation = default) =>
        Follow("/images/load", () => Tar(tar), progress, cancellation);

    /// <summary>Makes an image of one layer from the tar of a root file system.</summary>
    /// <param name="changes">Dockerfile instructions, such as <c>ENTRYPOINT ["/bin/sh"]</c>.</param>
    public Task Import(Stream rootTar, string repository, string tag, IReadOnlyList<string>? changes = null, CancellationToken cancellation = default) => Follow(
        EnginePath.Of(
            "/images/create",
            [("fromSrc", "-"), ("repo", repository), ("tag", tag), .. (changes ?? []).Select(change => ("changes", (string?)change))]),
        () => Tar(rootTar),
        null,
        cancellation);

    /// <summary>Gives an image another name.</summary>
    public Task Tag(string image, string repository, string tag, CancellationToken cancellation = default) =>
        connection.Tell(HttpMethod.Post, EnginePath.Of("/images/{}/tag", image, ("repo", repository), ("tag", tag)), null, cancellation);

    /// <summary>Removes the name, and the image with its last name. False when there is none.</summary>
    /// <exception cref="DockerException"><c>Conflict</c>: a container uses it.</exception>
    public Task<bool> Remove(string image, bool force = false, CancellationToken cancellation = default) =>
        connection.Delete(EnginePath.Of("/images/{}", image, ("force", force ? "true" : "false")), cancellation);

    private async Task Follow(string path, Func<HttpContent?> content, IProgress<ImageProgress>? progress, CancellationToken cancellation)
    {
        using var answer = await connection.Open(HttpMethod.Post, path, content, cancellation, repeatable: false);
        await foreach (var line in JsonLines.Read<Line>(connection.Endpoint, answer, $"POST {path}", cancellation))
        {
            if (line.error is { } error)
            {
                throw new DockerException(answer.StatusCode, error, $"POST {path}");
            }

            if ((line.stream ?? line.status)?.Trim() is { Length: > 0 } text)
            {
                progress?.Report(new ImageProgress(text, line.id, line.progressDetail?.current, line.progressDetail?.total));
            }
        }
    }

    private static bool IsBare(string image) => !image.Contains('@') && !image[(image.LastIndexOf('/') + 1)..].Contains(':');

    private static StreamContent Tar(Stream tar) => new(tar) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-tar") } };

    // The engine writes these in lower case.
    private sealed record Line(string? stream, string? status, string? id, string? error, Step? progressDetail);

    private sealed record Step(long? current, long? total);
}
