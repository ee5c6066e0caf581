using System.Net;
using System.Net.Sockets;
using System.Text;
using RabbitMQ.Client;
using Skale.Docker;
using Skale.Metrics.Api;

namespace Skale.Story.Tests;

/// <summary>What comes in wrong is said clearly, and everything else goes on.</summary>
public sealed class BadInputTests(StackFixture fixture)
{
    private const int FourSlicesOnOne = 1;

    [Fact]
    public async Task a_name_that_cannot_name_a_container_is_refused_with_the_reason()
    {
        const string Name = "no way/";
        await fixture.Stack.Manager.CreateChain(Name, FourSlicesOnOne, TimeSpan.FromDays(30));
        await fixture.WaitForPhase(Name, "refused");

        const string Reason = "the name cannot name a container: ' ' is not allowed; letters, digits, '-', '_' and '.' are";
        Assert.Equal(Reason, (await fixture.Chain(Name))!.Reason);
        var history = (await fixture.Get<HistoryAnswer>($"api/history/chain/{Uri.EscapeDataString(Name)}")).Entries;
        Assert.Equal(["chain_bought", "creation_refused"], history.Select(e => e.Type));
        Assert.Contains(Reason, history[^1].Sentence);
        await OthersGoOn("after-name");
    }

    [Fact]
    public async Task a_message_nobody_can_read_lands_in_the_error_queue_and_holds_up_nothing()
    {
        var garbage = Encoding.UTF8.GetBytes($"this is no envelope {Guid.NewGuid()}");
        var factory = new ConnectionFactory { Uri = new Uri(fixture.Stack.BusAddress) };
        await using var connection = await factory.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.BasicPublishAsync("", "scheduler", garbage);

        BasicGetResult? found = null;
        await fixture.WaitFor("the message in scheduler_error", async () =>
        {
            // A channel of its own: asking for a queue that is yet to be made ends the channel.
            await using var asking = await connection.CreateChannelAsync();
            return (found = await asking.BasicGetAsync("scheduler_error", autoAck: true)) is not null;
        });
        Assert.Equal(garbage, found!.Body.ToArray());
        Assert.Contains("MT-Fault-Message", found.BasicProperties.Headers!.Keys);
        await OthersGoOn("after-garbage");
    }

    [Fact]
    public async Task a_chain_without_room_waits_and_is_refused_with_the_figures()
    {
        await using var small = await SmallStack.Start(fixture, "Scheduler", ("Scheduler__Patience", "00:00:02"));
        await small.Buy("first", SmallStack.WholeNode);
        await small.WaitForPhase("first", "active");
        await small.Buy("second", SmallStack.WholeNode);
        await small.WaitForPhase("second", "refused");

        const string Reason = "needs 1 nodes with 128 free slices, free ports and a running agent; 0 have them";
        Assert.StartsWith($"{Reason}; waited until ", (await small.Chain("second"))!.Reason);
        var history = (await small.Get<HistoryAnswer>("api/history/chain/second")).Entries;
        Assert.Equal(["chain_bought", "creation_deferred", "creation_refused"], history.Select(e => e.Type).Where(t => t != "time_passed"));
        Assert.Contains(Reason, history.First(e => e.Type == "creation_deferred").Sentence);

        await small.Stack.Manager.DeleteChain("first");
        await small.WaitForPhase("first", "removed");
        await small.Buy("third", SmallStack.WholeNode);
        await small.WaitForPhase("third", "active");
    }

    [Fact]
    public async Task a_missing_image_is_named_and_the_chain_starts_when_it_is_there()
    {
        using var engine = new DockerEngine();
        var tag = Guid.NewGuid().ToString("N")[..12];
        var image = $"skale-test-late:{tag}";
        try
        {
            await using var small = await SmallStack.Start(fixture, "Scheduler", ("Scheduler__Image", image));
            await small.Buy("late", SmallStack.FourSlices);
            Assert.Contains(image, await small.WaitForFailure("late"));
            Assert.Equal("creating", (await small.Chain("late"))!.Phase);

            await engine.Images.Tag("skale-evm:1.7.1", "skale-test-late", tag);
            await small.WaitForPhase("late", "active");
        }
        finally
        {
            await engine.Images.Remove(image);
        }
    }

    [Fact]
    public async Task a_port_taken_on_the_machine_is_named_and_the_chain_starts_when_it_is_free()
    {
        await using var small = await SmallStack.Start(fixture);
        using (var squatter = new TcpListener(IPAddress.Loopback, small.Stack.FirstPort + Skale.Contracts.Subnode.HttpPortOffset))
        {
            squatter.Start();
            await small.Buy("shut-out", SmallStack.FourSlices);
            var reason = await small.WaitForFailure("shut-out");
            Assert.Contains($"{((IPEndPoint)squatter.LocalEndpoint).Port}", reason);
            await small.Buy("beside", SmallStack.FourSlices);
            await small.WaitForPhase("beside", "active");
        }

        await small.WaitForPhase("shut-out", "active");
    }

    /// <summary>A chain bought afterwards becomes active.</summary>
    private async Task OthersGoOn(string chain)
    {
        await using var bought = await BoughtChain.On(fixture, chain, FourSlicesOnOne);
        Assert.Equal("active", (await fixture.Chain(chain))!.Phase);
    }
}
