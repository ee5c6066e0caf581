using Skale.Docker;
using Skale.Servers;

namespace Skale.Docker.Tests;

public sealed class EventTests
{
    [Fact]
    public async Task the_life_of_a_labelled_container_is_told_in_order_and_no_others()
    {
        await using var server = await DockerServer.Open();
        using var limit = new CancellationTokenSource(Wait.Patience);
        var begin = DateTimeOffset.UtcNow.AddSeconds(-1);
        await server.Finish(await server.Shell("other", "exit 1") with { Labels = server.Labels });
        var (details, _) = await server.Finish(await server.Shell("mine", "exit 5") with { Labels = server.With(("who", "me")) });

        var seen = new List<EngineEvent>();
        await foreach (var happened in server.Engine.Events(server.With(("who", "me")), begin, limit.Token))
        {
            seen.Add(happened);
            if (happened.Action == "die")
            {
                break;
            }
        }

        Assert.Equal(["create", "start", "die"], seen.Select(happened => happened.Action));
        Assert.All(seen, happened => Assert.Equal((details.Id, details.Name, "container"), (happened.Id, happened.Name, happened.Type)));
        Assert.Equal(5, seen[^1].ExitCode);
        Assert.InRange(seen[^1].At, begin, DateTimeOffset.UtcNow.AddSeconds(1));
    }

    [Fact]
    public async Task an_event_arrives_while_it_happens()
    {
        await using var server = await DockerServer.Open();
        using var limit = new CancellationTokenSource(Wait.Patience);
        var id = await server.Run(await server.Box("live", "sleep", "600"));
        await using var events = server.Engine.Events(server.Labels, cancellation: limit.Token).GetAsyncEnumerator();
        var next = events.MoveNextAsync();

        await server.Engine.Containers.Kill(id);

        Assert.True(await next);
        Assert.Equal(id, events.Current.Id);
    }

    [Fact]
    public async Task cancelling_ends_the_stream()
    {
        await using var server = await DockerServer.Open();
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in server.Engine.Events(server.Labels, cancellation: limit.Token))
            {
            }
        });
    }
}
