using System.Net;
using Skale.Docker;
using Skale.Servers;

namespace Skale.Docker.Tests;

public sealed class RefusalTests
{
    [Fact]
    public async Task a_missing_image_is_named()
    {
        await using var server = await DockerServer.Open();

        var refusal = await Assert.ThrowsAsync<DockerException>(async () =>
            await server.Engine.Containers.Create(await server.Box("x", "true") with { Image = "nobody/has:this" }));

        Assert.True(refusal.NotFound);
        Assert.Contains("nobody/has:this", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("POST /containers/create", refusal.Message, StringComparison.Ordinal);
        Assert.Null(await server.Engine.Images.Find("nobody/has:this"));
    }

    [Fact]
    public async Task a_taken_container_name_is_a_conflict()
    {
        await using var server = await DockerServer.Open();
        var spec = await server.Box("same", "true");
        await server.Engine.Containers.Create(spec);

        var refusal = await Assert.ThrowsAsync<DockerException>(() => server.Engine.Containers.Create(spec));

        Assert.True(refusal.Conflict);
        Assert.Contains(spec.Name, refusal.EngineMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task an_illegal_container_name_is_refused_by_the_engine()
    {
        await using var server = await DockerServer.Open();

        var refusal = await Assert.ThrowsAsync<DockerException>(async () =>
            await server.Engine.Containers.Create(await server.Box("x", "true") with { Name = "not legal!" }));

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, refusal.Status);
        Assert.Contains("not legal!", refusal.EngineMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_taken_host_port_is_told_apart()
    {
        await using var server = await DockerServer.Open();
        var network = await server.Network("net");
        var first = await server.Box("first", "sleep", "600") with { Network = network, Ports = [new PublishedPort("127.0.0.1", 0, 80)] };
        var port = (await server.Engine.Containers.Find(await server.Run(first)))!.Ports.Single();

        var refusal = await Assert.ThrowsAsync<DockerException>(() => server.Run(first with { Name = server.Name("second"), Ports = [port] }));

        Assert.True(refusal.PortTaken, refusal.Message);
    }

    [Theory]
    [InlineData("../images/json")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("a//b")]
    public async Task a_name_cannot_climb_out_of_its_place_in_the_path(string name)
    {
        using var engine = new DockerEngine(EngineEndpoint.Parse("unix:///nobody/is/asked.sock"));

        await Assert.ThrowsAsync<ArgumentException>(() => engine.Containers.Find(name));
    }

    [Fact]
    public async Task a_name_with_a_query_in_it_is_only_a_name()
    {
        await using var server = await DockerServer.Open();

        Assert.Null(await server.Engine.Containers.Find("x?force=true&v=true#y"));
    }

    [Fact]
    public async Task a_socket_that_does_not_exist_is_named_with_what_to_do()
    {
        using var engine = new DockerEngine(EngineEndpoint.Parse("unix:///nobody/is/here.sock"));

        var failure = await Assert.ThrowsAsync<DockerUnavailableException>(() => engine.Info());

        Assert.Equal(
            "No Docker Engine answers at unix:///nobody/is/here.sock: /nobody/is/here.sock does not exist. Start the engine (systemctl start docker, or dockerd) or set DOCKER_HOST.",
            failure.Message);
    }

    [Fact]
    public async Task a_port_where_nobody_listens_is_named()
    {
        using var engine = new DockerEngine(EngineEndpoint.Parse($"tcp://127.0.0.1:{Repository.FreePort()}"));

        var failure = await Assert.ThrowsAsync<DockerUnavailableException>(() => engine.Ping());

        Assert.Contains(engine.Endpoint.ToString(), failure.Message, StringComparison.Ordinal);
        Assert.Contains("refused", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unix://relative.sock")]
    [InlineData("/var/run/docker.sock")]
    [InlineData("ftp://host")]
    [InlineData("tcp://host:2375/path")]
    [InlineData("")]
    public void a_malformed_endpoint_is_refused_with_the_forms_that_are_legal(string text) =>
        Assert.Contains("is no engine endpoint", Assert.Throws<FormatException>(() => EngineEndpoint.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("id already in use", true)]
    [InlineData("task 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08: already exists: unknown", true)]
    [InlineData("Conflict. The container name \"/grid\" is already in use by container \"9f86d081884c\".", false)]
    [InlineData("driver failed programming external connectivity on endpoint c1: Bind for 0.0.0.0:10000 failed: port is already allocated", false)]
    public void what_an_engine_says_of_a_container_that_it_was_killed_while_starting_is_understood(string words, bool isHalfStarted) =>
        Assert.Equal(isHalfStarted, new DockerException(HttpStatusCode.Conflict, words, "POST /containers/c1/start").HalfStarted);
}
