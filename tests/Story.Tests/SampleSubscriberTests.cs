using System.IO.Compression;
using System.Xml.Linq;
using Skale.Servers;

namespace Skale.Story.Tests;

/// <summary>What integrators are given: two programs that print a chain's life from the bus, and the contracts as a package.</summary>
public sealed class SampleSubscriberTests(StackFixture fixture)
{
    private const int SixteenSlicesOnFour = 4;
    private static readonly string[] Life =
    [
        "ChainBought", "ChainPlaced", "SubnodeStarted", "SubnodeStarted", "SubnodeStarted", "SubnodeStarted", "ChainActivated",
        "SubnodeRemoved", "SubnodeRemoved", "SubnodeRemoved", "SubnodeRemoved", "ChainRemoved",
    ];

    [Theory]
    [InlineData("csharp")]
    [InlineData("python")]
    public async Task a_sample_prints_the_life_of_a_chain_each_message_once(string language)
    {
        var chain = $"sample-{language}";
        await using var sample = language == "python"
            ? ServerProcess.Start("/usr/bin/python3", [Repository.Path("samples", "chain_life.py"), fixture.Stack.BusAddress, chain])
            : ServerProcess.Start(Repository.Program("samples/ChainLife", "Skale.ChainLife"), [fixture.Stack.BusAddress, chain]);
        await Until(sample, "subscribed");

        await fixture.Stack.Manager.CreateChain(chain, SixteenSlicesOnFour, TimeSpan.FromDays(30));
        await Until(sample, "ChainActivated");
        await fixture.Stack.Manager.DeleteChain(chain);
        await Until(sample, "ChainRemoved");

        // Messages of different types travel by different exchanges: their order on arrival is not promised, that each arrives once is.
        var lines = sample.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).SkipWhile(l => l != "subscribed").Skip(1).ToArray();
        Assert.Equal(Life.Order(), lines.Select(l => l.Split(' ')[1].TrimEnd(':')).Order());
        Assert.Equal(lines.Length, lines.Select(l => Guid.Parse(l.Split(' ')[0])).Distinct().Count());
        var started = lines.Where(l => l.Contains(" SubnodeStarted: ", StringComparison.Ordinal)).ToArray();
        Assert.All(Enumerable.Range(0, StackFixture.Nodes), node => Assert.Contains(started, l => l.Contains($"node {node}", StringComparison.Ordinal) && l.Contains("http://", StringComparison.Ordinal)));
        await fixture.WaitForPhase(chain, "removed");
    }

    [Theory]
    [InlineData("ChainLife/Program.cs")]
    [InlineData("chain_life.py")]
    public void a_sample_is_short_enough_to_read_at_once(string file) =>
        Assert.InRange(File.ReadLines(Repository.Path("samples", file)).Count(line => !string.IsNullOrWhiteSpace(line)), 1, 35);

    [Fact]
    public async Task the_contracts_pack_as_a_package_with_their_documentation_and_without_dependencies()
    {
        var folder = Repository.NewFolder("package");
        try
        {
            await ServerProcess.Run("dotnet", ["pack", Repository.Path("shared", "Contracts"), "-c", "Release", "-o", folder, "--artifacts-path", Path.Combine(folder, "build"), "-v", "q", "--nologo"], Wait.Patience);

            using var package = await ZipFile.OpenReadAsync(Directory.GetFiles(folder, "Skale.Contracts.*.nupkg").Single());
            var files = package.Entries.Select(e => e.FullName).ToArray();
            Assert.Contains("lib/net10.0/Skale.Contracts.dll", files);
            using var text = new StreamReader(await package.GetEntry("lib/net10.0/Skale.Contracts.xml")!.OpenAsync());
            Assert.Contains("T:Skale.Contracts.ChainBought", await text.ReadToEndAsync());
            await using var manifest = await package.GetEntry("Skale.Contracts.nuspec")!.OpenAsync();
            var specification = await XDocument.LoadAsync(manifest, LoadOptions.None, CancellationToken.None);
            Assert.DoesNotContain(specification.Descendants(), e => e.Name.LocalName == "dependency");
            Assert.Equal("Apache-2.0", specification.Descendants().Single(e => e.Name.LocalName == "license").Value);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task Until(ServerProcess sample, string line) => await Wait.Until(
        $"the sample to print '{line}'",
        () => sample.Output.Contains(line, StringComparison.Ordinal) || (sample.HasExited ? throw new InvalidOperationException($"It ended with {sample.ExitCode}: {sample.Output}") : false),
        Wait.Patience);
}
