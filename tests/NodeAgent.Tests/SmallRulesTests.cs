using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent.Tests;

public sealed class SmallRulesTests
{
    private const string Hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("skale-evm:1.7.1", false)]
    [InlineData("skale-evm", false)]
    [InlineData("", false)]
    [InlineData("skale-evm@sha256:12", false)]
    [InlineData($"registry.example/skale-evm@sha256:{Hex}", true)]
    [InlineData($"sha256:{Hex}", true)]
    public void only_a_digest_names_an_image_outside_development(string image, bool allowed) =>
        Assert.Equal(allowed, ImageRule.Fault(image, development: false) is null);

    [Theory]
    [InlineData(0)]
    [InlineData(4_095)]
    [InlineData(4_096)]
    [InlineData(100_000)]
    public void a_file_of_the_kernel_is_read_whole_whatever_its_length(int characters)
    {
        var path = Path.GetTempFileName();
        try
        {
            var text = string.Concat(Enumerable.Range(0, characters).Select(i => (char)('a' + (i % 26))));
            File.WriteAllText(path, $"{text}\n");
            Assert.Equal(text, KernelFile.Read(path));
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Null(KernelFile.Read(path));
    }

    [Fact]
    public void in_development_a_tag_will_do() => Assert.Null(ImageRule.Fault("skale-evm:1.7.1", development: true));

    [Theory]
    [InlineData("ghcr.io/skalenetwork/schain:1", true)]
    [InlineData($"ghcr.io/skalenetwork/schain:1@sha256:{Hex}", true)]
    [InlineData("ghcr.io/skalenetwork-evil/schain:1", false)]
    [InlineData("ghcr.io/skalenetwork/../evil/schain:1", false)]
    [InlineData("evil.example/ghcr.io/skalenetwork/schain:1", false)]
    [InlineData("ghcr.io:5000/skalenetwork/schain:1", false)]
    [InlineData("skalenetwork/schain:1", true)]
    [InlineData("docker.io/skalenetwork/schain:1", true)]
    [InlineData("schain:1", false)]
    [InlineData($"sha256:{Hex}", false)]
    public void with_a_list_images_come_from_its_registries_only(string image, bool allowed) =>
        Assert.Equal(allowed, ImageRule.Fault(image, development: true, ["ghcr.io/skalenetwork", "docker.io/skalenetwork"]) is null);

    [Theory]
    [InlineData("10.128.0.0/9", true)]
    [InlineData("10.128.0.1/9", false)]
    [InlineData("10.128.0.0/29", false)]
    [InlineData("10.128.0/9", false)]
    [InlineData("fd00::/9", false)]
    public void a_subnet_pool_is_a_clean_ipv4_range(string text, bool valid) => Assert.Equal(valid, SubnetPool.Parse(text) is not null);

    [Fact]
    public void nodes_and_slots_of_one_engine_start_their_search_at_different_subnets()
    {
        var pool = SubnetPool.Parse("10.128.0.0/9")!;
        var starts = Enumerable.Range(0, 16).SelectMany(node => Enumerable.Range(0, 128).Select(slot => pool.Subnet(pool.StartFor(node, slot), 0))).ToArray();
        Assert.Equal(starts.Length, starts.Distinct().Count());
        Assert.Equal("10.128.0.0/29", pool.Subnet(pool.Count - 1, 1));
        Assert.Equal("10.255.255.248/29", pool.Subnet(pool.Count - 1, 0));
    }

    [Fact]
    public void the_spec_digest_follows_image_port_and_chain_id_but_not_limits_or_generation()
    {
        var subnode = Some.Subnode("alpha", 1);
        var digest = Some.Container(subnode).SpecHash;
        Assert.Equal(digest, Some.Container(subnode with { Generation = 2, Limits = subnode.Limits with { Pids = 1 } }).SpecHash);
        Assert.NotEqual(digest, Some.Container(subnode with { Image = "other" }).SpecHash);
        Assert.NotEqual(digest, Some.Container(subnode with { FirstPort = 1 }).SpecHash);
        Assert.NotEqual(digest, Some.Container(subnode with { EvmChainId = 1 }).SpecHash);
    }

    [Fact]
    public void all_wrong_options_are_listed()
    {
        var options = new NodeAgentOptions { Network = "Main Net", Engine = "ssh://x", PublishAddress = "here", SubnetPool = "10.0.0.0", ChainNetworks = "swarm", Parallel = 0, StopTimeout = TimeSpan.Zero };
        Assert.Equal(["Network", "Engine", "PublishAddress", "SubnetPool", "ChainNetworks", "Parallel", "StopTimeout"], options.Problems().Select(p => p["NodeAgent:".Length..].Split(' ', ':')[0]));
    }

    [Fact]
    public void the_same_node_number_in_another_network_is_somebody_elses()
    {
        var other = new Place("other", Some.Node, Some.Place.PublishAddress);
        Assert.False(Some.Place.Owns(other.Labels));
        Assert.NotEqual(Some.Place.NameOf(new("alpha")), other.NameOf(new("alpha")));
        Assert.Equal(Some.Place, new Place(Some.Place.Network, Some.Node, Some.Place.PublishAddress));
    }
}
