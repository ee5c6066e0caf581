using Skale.Servers;

namespace Skale.Story.Tests;

/// <summary>A service with wrong options does not start: code 2, and everything that is wrong in one list.</summary>
public sealed class BadOptionsTests
{
    [Theory]
    [InlineData("ChainWatcher", "ChainWatcher:Network", "ChainWatcher:Rpc", "ChainWatcher:Contracts", "Store:", "Bus:")]
    [InlineData("Scheduler", "Scheduler:Network", "Store:", "Bus:")]
    [InlineData("NodeAgent", "NodeAgent:Network", "NodeAgent:NodeId", "Store:", "Bus:")]
    [InlineData("Metrics", "Store:")]
    public Task a_service_without_options_lists_all_it_needs(string service, params string[] named) => Refused(service, [], named);

    [Theory]
    [InlineData("ChainWatcher", "Finality=soon,WindowBlocks=0,ChainId=-1,Rpc=ftp://x", "Finality is 'soon'", "WindowBlocks is 0", "ChainId is -1", "Rpc: address 1 of 1")]
    [InlineData("Scheduler", "Strategy=best,ShareForChains=2,Patience=00:00:00", "Strategy is 'best'; there are: ", "ShareForChains is 2", "Patience is 00:00:00")]
    [InlineData("NodeAgent", "NodeId=-1,Network=Big,PublishAddress=here,SubnetPool=x,Parallel=0", "NodeId is -1", "Network is 'Big'", "PublishAddress is 'here'", "SubnetPool is 'x'", "Parallel is 0")]
    [InlineData("Metrics", "FeedLength=0,PageRefresh=00:01:00", "FeedLength is 0", "PageRefresh is 00:01:00")]
    [InlineData("NodeAgent", "NodeId=first", "NodeId")]
    [InlineData("Scheduler", "Patience=long", "Patience")]
    public Task a_service_with_wrong_options_lists_them_all(string service, string wrong, params string[] named) =>
        Refused(service, wrong.Split(',').Select(w => w.Split('=')).ToDictionary(w => $"{service}__{w[0]}", w => w[1]), named);

    private static async Task Refused(string service, Dictionary<string, string> environment, string[] named)
    {
        await using var process = ServerProcess.Start(Repository.Program($"services/{service}", $"Skale.{service}"), [], environment);
        await process.WaitForExit(Wait.Patience);

        Assert.StartsWith("Cannot start, the options are wrong:", process.Output);
        Assert.All(named, problem => Assert.Contains(problem, process.Output));
        Assert.DoesNotContain("   at ", process.Output);
        Assert.Equal(2, process.ExitCode);
    }
}
