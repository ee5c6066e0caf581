using System.Formats.Tar;
using System.Text;
using Skale.Docker;
using Skale.Servers;

namespace Skale.Docker.Tests;

public sealed class ImageTests
{
    [Fact]
    public async Task an_image_is_built_with_its_labels_told_step_by_step_and_removed()
    {
        await using var server = await DockerServer.Open();
        var (name, steps) = (server.ImageName("built"), new Steps());
        using var context = Tar(("Dockerfile", "FROM scratch\nCOPY Dockerfile /x\nLABEL origin=file\nENTRYPOINT [\"/x\"]\n"));

        var id = await server.Engine.Images.Build(context, name, server.Labels, steps);

        var image = (await server.Engine.Images.Find(name))!;
        Assert.Equal(id, image.Id);
        Assert.Equal("file", image.Labels["origin"]);
        Assert.Equal(["/x"], image.Config.Entrypoint);
        Assert.Equal([id], (await server.Engine.Images.List(server.Labels)).Select(listed => listed.Id));
        Assert.Contains(steps.Seen, step => step.Contains("COPY Dockerfile /x", StringComparison.Ordinal));
        Assert.True(await server.Engine.Images.Remove(name));
        Assert.False(await server.Engine.Images.Remove(name));
    }

    [Fact]
    public async Task a_build_that_fails_says_why()
    {
        await using var server = await DockerServer.Open();
        using var context = Tar(("Dockerfile", "FROM scratch\nCOPY nowhere /\n"));

        var refusal = await Assert.ThrowsAsync<DockerException>(() => server.Engine.Images.Build(context, server.ImageName("bad"), server.Labels));

        Assert.Contains("nowhere", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_root_file_system_is_imported_and_gets_a_second_name()
    {
        await using var server = await DockerServer.Open();
        var (name, alias) = (server.ImageName("imported"), server.ImageName("alias"));
        using var root = Tar(("etc/motto", "hello"));

        await server.Engine.Images.Import(root, name[..^2], "1", ["ENTRYPOINT [\"/motto\"]", "LABEL a=b"]);
        await server.Engine.Images.Tag(name, alias[..^2], "1");

        var image = (await server.Engine.Images.Find(alias))!;
        Assert.Equal([alias, name], image.Tags.Order());
        Assert.Equal(["/motto"], image.Config.Entrypoint);
        Assert.Equal("b", image.Labels["a"]);
    }

    [Fact]
    public async Task an_image_no_registry_gives_is_a_clear_error()
    {
        await using var server = await DockerServer.Open();
        var registry = $"127.0.0.1:{Repository.FreePort()}";

        var refusal = await Assert.ThrowsAsync<DockerException>(() => server.Engine.Images.Pull($"{registry}/nobody/has:this"));

        Assert.Contains(registry, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_scratch_image_is_built_once_for_the_same_files_and_anew_for_others()
    {
        await using var server = await DockerServer.Open();
        var (folder, tag) = (Repository.NewFolder("scratch"), server.ImageName("scratch"));
        File.WriteAllText(Path.Combine(folder, "image.json"), """{ "tag": "x:1", "programs": { "/bin/sh": "sh" } }""");
        File.WriteAllText(Path.Combine(folder, "Dockerfile"), "FROM scratch\nCOPY root/ /\nENTRYPOINT [\"/bin/sh\"]\n");

        var first = await ScratchImage.Build(server.Engine, folder, "/bin", tag);
        var steps = new Steps();
        var again = await ScratchImage.Build(server.Engine, folder, "/bin", tag, steps);
        File.AppendAllText(Path.Combine(folder, "Dockerfile"), "LABEL changed=yes\n");
        var changed = await ScratchImage.Build(server.Engine, folder, "/bin", tag);
        var (_, output) = await server.Finish(new ContainerSpec { Name = server.Name("sh"), Image = tag, Command = ["-c", "echo it runs"], Labels = server.Labels });
        Directory.Delete(folder, recursive: true);
        await server.Engine.Images.Remove(first);

        Assert.Equal(first, again);
        Assert.Empty(steps.Seen);
        Assert.NotEqual(first, changed);
        Assert.Equal("it runs", output);
    }

    [Fact]
    public async Task a_scratch_image_whose_program_is_missing_names_it()
    {
        using var engine = new DockerEngine();

        var failure = await Assert.ThrowsAsync<FileNotFoundException>(() => ScratchImage.Build(engine, Repository.Path("images", "evm"), "/nowhere"));

        Assert.Contains("/nowhere/anvil", failure.Message, StringComparison.Ordinal);
    }

    private static MemoryStream Tar(params (string Name, string Text)[] files)
    {
        var stream = new MemoryStream();
        using (var tar = new TarWriter(stream, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (name, text) in files)
            {
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
            }
        }

        stream.Position = 0;
        return stream;
    }

    private sealed class Steps : IProgress<ImageProgress>
    {
        public List<string> Seen { get; } = [];

        public void Report(ImageProgress value) => Seen.Add(value.Text);
    }
}
