using System.Formats.Tar;
using System.Text;
using Skale.Contracts;
using Skale.Servers;

namespace Skale.NodeAgent.Tests;

/// <summary>What runs, where it comes from, and who may refuse it, on the machine's real engine.</summary>
public sealed class ProvenanceTests : IAsyncLifetime
{
    private readonly string folder = Repository.NewFolder("verifier");
    private EngineNode node = null!;

    private string Verifier => Path.Combine(folder, "verify");

    public async ValueTask InitializeAsync() => node = await EngineNode.Open();

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task what_runs_is_told_with_reference_labels_and_bill_of_materials()
    {
        var name = node.Server.ImageName("labelled");
        using var context = new MemoryStream();
        await using (var tar = new TarWriter(context, leaveOpen: true))
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "Dockerfile") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes($"FROM {node.Image}\n")) });
        }

        context.Position = 0;
        var id = await node.Engine.Images.Build(
            context, name, new Dictionary<string, string> { ["skale.sbom"] = "https://example.org/sbom.json", ["org.opencontainers.image.revision"] = "abc" });
        await using var agent = await node.Agent(("NodeAgent:Development", "true"));
        await agent.Order(node.Start(node.Subnode("alpha", 1) with { Image = name }));
        var started = await agent.Report<SubnodeStarted>("alpha");
        Assert.Equal(id, started.ImageDigest);
        Assert.Equal((name, "https://example.org/sbom.json"), (started.Image!.Reference, started.Image.Sbom));
        Assert.Contains("org.opencontainers.image.revision=abc", started.Image.Labels);
    }

    [Fact]
    public async Task an_image_from_elsewhere_than_the_allowed_registries_is_refused()
    {
        await using var agent = await node.Agent(("NodeAgent:Registries", "ghcr.io/skalenetwork"));
        await agent.Order(node.Start(node.Subnode("alpha", 1)));
        Assert.Contains("is from none of the registries", (await agent.Report<SubnodeFailed>("alpha")).Reason, StringComparison.Ordinal);
        Assert.Equal((0, 0, 0), await node.Count());
    }

    [Fact]
    public async Task the_verifiers_refusal_and_its_words_refuse_the_image_until_it_agrees()
    {
        await Write($"echo \"$1 $2\" >> {folder}/asked; [ -e {folder}/agreed ] && exit 0; echo 'nobody signed it' >&2; exit 3");
        await using (var agent = await node.Agent(("NodeAgent:Verifier", Verifier)))
        {
            await agent.Order(node.Start(node.Subnode("alpha", 1)));
            var failed = await agent.Report<SubnodeFailed>("alpha");
            Assert.Contains($"the verifier refuses image '{node.Image}'", failed.Reason, StringComparison.Ordinal);
            Assert.Contains("nobody signed it", failed.Reason, StringComparison.Ordinal);
            Assert.Equal(0, (await node.Count()).Containers);

            await File.WriteAllTextAsync(Path.Combine(folder, "agreed"), "");
            var started = await agent.Report<SubnodeStarted>("alpha");
            Assert.All(await File.ReadAllLinesAsync(Path.Combine(folder, "asked")), line => Assert.Equal($"{node.Image} {started.ImageDigest}", line));

            // What it took back is not started again.
            File.Delete(Path.Combine(folder, "agreed"));
            await node.Engine.Containers.Kill(started.ContainerId);
            await agent.Report<SubnodeFailed>("the second refusal", r => r.Report > started.Report && r.Reason.Contains("nobody signed it", StringComparison.Ordinal));
            Assert.False((await node.Container("alpha")).State.Running);
        }
    }

    [Fact]
    public async Task a_verifier_that_does_not_end_refuses()
    {
        await Write("sleep 1000");
        await using var agent = await node.Agent(("NodeAgent:Verifier", Verifier), ("NodeAgent:VerifierTimeout", "00:00:01"));
        await agent.Order(node.Start(node.Subnode("alpha", 1)));
        Assert.Contains("did not end within 1 s", (await agent.Report<SubnodeFailed>("alpha")).Reason, StringComparison.Ordinal);
        Assert.Equal(0, (await node.Count()).Containers);
    }

    private async Task Write(string script)
    {
        await File.WriteAllTextAsync(Verifier, $"#!/bin/sh\n{script}\n");
        await HostTool.Run("chmod", ["700", Verifier]);
    }
}
