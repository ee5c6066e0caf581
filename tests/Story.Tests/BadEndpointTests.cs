using System.Net;
using Skale.Servers;
using Skale.Servers.Stack;

namespace Skale.Story.Tests;

/// <summary>Ethereum endpoints that are wrong end ChainWatcher; those that are away keep it waiting, and nothing is lost.</summary>
public sealed class BadEndpointTests(StackFixture fixture)
{
    private const int WrongChain = 6;
    private const string NoContractHere = "0x000000000000000000000000000000000000dead";

    [Theory]
    [InlineData("ChainWatcher__ChainId", "1", "expected chain id 1, got 31337")]
    [InlineData("ChainWatcher__ContractAddress", NoContractHere, $"there is no contract at {NoContractHere}")]
    public async Task the_wrong_chain_ends_the_watcher_with_what_was_expected_and_what_is(string setting, string value, string reason)
    {
        await using var stack = await fixture.NewStack(0, (_, environment) =>
        {
            environment[setting] = value;
            return environment;
        });
        stack.ChainWatcher.Start();
        await Wait.Until("ChainWatcher to end", () => stack.ChainWatcher.HasExited, Wait.Patience);

        await Wait.Until($"ChainWatcher to say: {reason}", () => stack.ChainWatcher.Output.Contains(reason, StringComparison.Ordinal), Wait.Patience);
        Assert.Equal(WrongChain, stack.ChainWatcher.ExitCode);
        Assert.Contains("Check ChainWatcher:", stack.ChainWatcher.Output);
        await using var other = await BoughtChain.On(fixture, $"beside-{value}", SmallStack.FourSlices);
    }

    [Fact]
    public async Task an_endpoint_that_is_down_at_the_start_and_in_the_middle_only_delays()
    {
        TcpRelay? relay = null;
        await using var small = await SmallStack.Start(
            fixture,
            (service, environment) =>
            {
                if (service == "ChainWatcher")
                {
                    relay = new TcpRelay(new Uri(environment["ChainWatcher__Rpc"]));
                    environment["ChainWatcher__Rpc"] = relay.Address.ToString();
                }

                return environment;
            },
            async stack =>
            {
                stack.ChainWatcher.Start();
                await NotReady(stack, relay!.Address);
                relay.Open();
                await stack.ChainWatcher.WaitUntilReady();
            });
        await small.Buy("before", SmallStack.FourSlices);
        await small.WaitForPhase("before", "active");

        await relay!.Close();
        await NotReady(small.Stack, relay.Address);
        await small.Buy("meanwhile", SmallStack.FourSlices);
        relay.Open();

        await small.Stack.ChainWatcher.WaitUntilReady();
        await small.WaitForPhase("meanwhile", "active");
        Assert.Equal("active", (await small.Chain("before"))!.Phase);
        await relay.DisposeAsync();
    }

    [Fact]
    public async Task the_next_endpoint_is_used_when_the_first_is_down()
    {
        await using var stack = await fixture.NewStack(0, (service, environment) =>
        {
            if (service == "ChainWatcher")
            {
                environment["ChainWatcher__Rpc"] = $"http://127.0.0.1:1,{environment["ChainWatcher__Rpc"]}";
            }

            return environment;
        });
        stack.ChainWatcher.Start();
        await stack.ChainWatcher.WaitUntilReady();
        Assert.Contains($"Watching network {stack.Network}", stack.ChainWatcher.Output);
    }

    private static async Task NotReady(SkaleStack stack, Uri endpoint)
    {
        using var http = new HttpClient();
        await StackFixture.WaitFor(stack, $"ChainWatcher to say that {endpoint} does not answer", async () =>
            await http.GetAsync(new Uri(stack.ChainWatcher.Address, "/health/ready")) is { StatusCode: HttpStatusCode.ServiceUnavailable } answer
            && (await answer.Content.ReadAsStringAsync()).Contains($"{endpoint.Host}:{endpoint.Port}", StringComparison.Ordinal));
    }
}
