using System.Text.Json.Nodes;
using Skale.Servers;

namespace Skale.ChainWatcher.Tests;

/// <summary>What keeps the process from starting, as an operator sees it: the message and the exit code.</summary>
public sealed class RefusalTests
{
    private const string Nobody = "0x00000000000000000000000000000000000000aa";
    private const int BadInput = 2;
    private const int WrongChain = 6;

    [Fact]
    public async Task another_chain_id_than_configured_is_refused()
    {
        await using var anvil = await AnvilServer.Start();
        var manager = await anvil.DeployManager();
        var (code, output) = await Run(WatcherHost.Settings(Repository.NewFolder("watcher"), anvil.Http, manager.Address, ("ChainWatcher:ChainId", "1")));

        Assert.Contains("expected chain id 1, got 31337", output, StringComparison.Ordinal);
        Assert.Equal(WrongChain, code);
    }

    [Fact]
    public async Task another_chain_than_at_the_first_start_is_refused()
    {
        var journal = Repository.NewFolder("watcher");
        string contract;
        await using (var first = await AnvilServer.Start())
        {
            var manager = await first.DeployManager();
            contract = manager.Address;
            await manager.AddSchainType(1, 1);
            await using var watcher = await WatcherHost.Start(journal, first.Http, contract);
            await watcher.UntilArrived(1);
        }

        await using var second = await AnvilServer.Start(o => o with { ChainId = 4242 });
        await second.DeployManager();
        var (code, output) = await Run(WatcherHost.Settings(journal, second.Http, contract));

        Assert.Contains("expected chain id 31337, got 4242", output, StringComparison.Ordinal);
        Assert.Equal(WrongChain, code);
    }

    [Fact]
    public async Task an_address_without_a_contract_is_refused()
    {
        await using var anvil = await AnvilServer.Start();
        var (code, output) = await Run(WatcherHost.Settings(Repository.NewFolder("watcher"), anvil.Http, Nobody));

        Assert.Contains($"there is no contract at {Nobody}", output, StringComparison.Ordinal);
        Assert.Equal(WrongChain, code);
    }

    [Fact]
    public async Task all_that_is_wrong_with_the_options_is_listed_at_once()
    {
        var (code, output) = await Run(new Dictionary<string, string>
        {
            ["ChainWatcher__Rpc"] = "http://127.0.0.1:1,ftp://secret@x",
            ["ChainWatcher__Finality"] = "soon",
            ["ChainWatcher__WindowBlocks"] = "0",
            ["ChainWatcher__FromBlock"] = "-1",
            ["ChainWatcher__PollInterval"] = "00:00:00",
            ["ChainWatcher__ChainId"] = "0",
        });

        foreach (var option in new[] { "Network is missing", "Rpc: address 2 of 2", "Finality is 'soon'", "WindowBlocks is 0", "FromBlock is -1", "PollInterval is", "ChainId is 0", "exactly one of ChainWatcher:Contracts" })
        {
            Assert.Contains(option, output, StringComparison.Ordinal);
        }

        Assert.Contains("Store: set exactly one", output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", output, StringComparison.Ordinal);
        Assert.Equal(BadInput, code);
    }

    [Fact]
    public void a_contracts_file_must_be_there_be_readable_and_name_the_contracts()
    {
        Assert.Contains("Could not find", Problem("/nowhere/contracts.json"), StringComparison.Ordinal);
        Assert.Contains("invalid", Problem(Written("{ not json")), StringComparison.Ordinal);
        Assert.Contains("a property 'contracts'", Problem(Written("""{"Nodes":"0x1"}""")), StringComparison.Ordinal);
        Assert.Contains("'Nodes': '0x12' is not 20 bytes", Problem(Written("""{"contracts":{"Nodes":"0x12"}}""")), StringComparison.Ordinal);
        Assert.Contains($"same address {Nobody}", Problem(Changed(c => (c["Nodes"], c["Schains"]) = (Nobody, Nobody))), StringComparison.Ordinal);
        var lacking = Problem(Changed(c => c.Remove("Nodes")));
        Assert.Contains("emits NodeCreated, ExitCompleted", lacking, StringComparison.Ordinal);
        Assert.Contains("such as Nodes", lacking, StringComparison.Ordinal);
        Assert.Null(ContractFiles.ProblemWith(new ChainWatcherOptions { Contracts = Recording.ContractsFile }));
    }

    [Fact]
    public void a_wrong_abi_file_or_address_is_named()
    {
        Assert.Contains("ChainWatcher:Abi (", ContractFiles.ProblemWith(new ChainWatcherOptions { ContractAddress = Nobody, Abi = Written("[{]") }), StringComparison.Ordinal);
        Assert.Contains("emits NodeCreated", ContractFiles.ProblemWith(new ChainWatcherOptions { ContractAddress = Nobody, Abi = Written("[]") }), StringComparison.Ordinal);
        Assert.Contains("ChainWatcher:ContractAddress: '0xzz'", ContractFiles.ProblemWith(new ChainWatcherOptions { ContractAddress = "0xzz" }), StringComparison.Ordinal);
    }

    private static string Problem(string contracts) => ContractFiles.ProblemWith(new ChainWatcherOptions { Contracts = contracts })!;

    private static string Changed(Action<JsonObject> change)
    {
        var file = JsonNode.Parse(File.ReadAllText(Recording.ContractsFile))!.AsObject();
        change(file["contracts"]!.AsObject());
        return Written(file.ToJsonString());
    }

    private static string Written(string text)
    {
        var path = Path.Combine(Repository.NewFolder("files"), "file.json");
        File.WriteAllText(path, text);
        return path;
    }

    private static async Task<(int Code, string Output)> Run(Dictionary<string, string> settings)
    {
        await using var watcher = Start(settings);
        await watcher.WaitForExit(Wait.Patience);
        return (watcher.ExitCode, watcher.Output);
    }

    private static ServerProcess Start(Dictionary<string, string> settings) => ServerProcess.Start(
        "dotnet", [Path.Combine(AppContext.BaseDirectory, "Skale.ChainWatcher.dll")],
        new Dictionary<string, string>(settings) { ["ASPNETCORE_URLS"] = "http://127.0.0.1:0" });
}
