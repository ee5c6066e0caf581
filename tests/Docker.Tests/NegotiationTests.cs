using Skale.Docker;
using Skale.Servers;

namespace Skale.Docker.Tests;

public sealed class NegotiationTests
{
    [Fact]
    public async Task the_real_engine_and_this_client_agree_on_a_version_both_know()
    {
        await using var server = await DockerServer.Open();

        var (engine, info) = (await server.Engine.Version(), await server.Engine.Info());

        Assert.True(info.ApiVersion >= ApiVersion.Oldest && info.ApiVersion <= ApiVersion.Newest, $"{info.ApiVersion}");
        Assert.True(info.ApiVersion <= engine.ApiVersion);
        Assert.Equal(engine.Version, info.EngineVersion);
        Assert.Equal(Environment.ProcessorCount, info.Cpus);
        Assert.InRange(info.MemoryBytes, 1L << 28, long.MaxValue);
        Assert.True(info.CgroupVersion is "1" or "2", info.CgroupVersion);
        Assert.All(new[] { info.CgroupDriver, info.StorageDriver, info.RootFolder }, Assert.NotEmpty);
    }

    [Theory]
    [InlineData("1.41", "1.12", "v1.41")]
    [InlineData("1.47", "1.24", "v1.47")]
    [InlineData("1.60", "1.44", "v1.51")]
    public async Task the_newest_version_both_speak_is_used(string newest, string oldest, string used)
    {
        await using var engine = await CannedEngine.Start(newest, oldest);
        using var client = new DockerEngine(engine.Endpoint);

        await client.Ping();
        await client.Ping();

        Assert.Equal(["/version", $"/{used}/_ping", $"/{used}/_ping"], engine.Asked);
    }

    [Theory]
    [InlineData("1.40", "1.12", "1.41 is needed")]
    [InlineData("1.70", "1.60", "Upgrade this program")]
    public async Task an_engine_without_a_common_version_is_refused_with_what_to_do(string newest, string oldest, string says)
    {
        await using var engine = await CannedEngine.Start(newest, oldest);
        using var client = new DockerEngine(engine.Endpoint);

        var failure = await Assert.ThrowsAsync<DockerVersionException>(() => client.Ping());

        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
        Assert.Contains(engine.Endpoint.ToString(), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task an_engine_exchanged_for_an_older_one_is_asked_again()
    {
        await using var engine = await CannedEngine.Start("1.47", "1.24");
        using var client = new DockerEngine(engine.Endpoint);
        await client.Ping();

        engine.Newest = "1.43";
        await client.Ping();

        Assert.Equal("/v1.43/_ping", engine.Asked[^1]);
    }

    [Fact]
    public async Task an_engine_that_hangs_is_given_up_in_time_and_named()
    {
        await using var engine = await CannedEngine.Start("1.41", "1.12");
        using var client = new DockerEngine(engine.Endpoint, TimeSpan.FromMilliseconds(300));
        await client.Ping();
        engine.Hangs = true;

        var failure = await Assert.ThrowsAsync<DockerUnavailableException>(() => client.Containers.List(new Dictionary<string, string>()));

        Assert.Contains("GET /containers/json", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task events_of_an_engine_that_stops_end_with_an_error_not_silently()
    {
        await using var engine = await CannedEngine.Start("1.41", "1.12");
        using var client = new DockerEngine(engine.Endpoint);

        await Assert.ThrowsAsync<DockerUnavailableException>(async () =>
        {
            await foreach (var _ in client.Events(new Dictionary<string, string>()))
            {
            }
        });
    }
}
