using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Skale.Ethereum;
using Skale.Ethereum.Development;
using Skale.Metrics.Api;
using Skale.Servers;
using Skale.Servers.Stack;

namespace Skale.Story.Tests;

/// <summary>One <c>skale up</c> after the other in the same folder.</summary>
internal sealed partial class EmbeddedRun(bool simulate, string? token = null, params (string Name, string Value)[] settings) : IAsyncDisposable
{
    public const int Nodes = 2;

    /// <summary>What the development network sells itself on two nodes, with the sizes of the groups.</summary>
    public static readonly IReadOnlyDictionary<string, int> Chains = new Dictionary<string, int> { ["beta"] = 2, ["gamma"] = 1, ["delta"] = 2 };

    private const int PortsPerNode = 8192, PortsInUse = 512;
    private readonly HttpClient http = new();
    private readonly int firstPort = Repository.FreePortBlocks(Nodes, PortsInUse, PortsPerNode);
    private ServerProcess? process;
    private string network = "";

    public string Data { get; } = Repository.NewFolder("up");

    public ServerProcess Process => process!;

    public Uri Address => new(Said(PageLine()));

    public string Network => network;

    /// <summary>Starts it, and returns when the page's address is printed.</summary>
    public async Task Start()
    {
        await EndLast();
        var environment = settings.ToDictionary(s => s.Name, s => s.Value);
        if (token is not null)
        {
            environment["Scheduler__ApiToken"] = token;
        }

        process = SkaleCommand.Start(null, environment, [
            "up", "--data", Data, "--nodes", $"{Nodes}", "--port", "0", "--first-port", $"{firstPort}", .. simulate ? ["--simulate"] : Array.Empty<string>()]);
        await Until("skale up to print the page's address", () => Task.FromResult(PageLine().IsMatch(Process.Output)));
        network = Said(NetworkLine());
    }

    public async Task<T> Get<T>(string path) => (await http.GetFromJsonAsync<T>(new Uri(Address, path)))!;

    public Task<string> Page() => http.GetStringAsync(Address);

    public Task WaitForPhase(string phase) => Until($"all sample chains to be {phase}", async () =>
        await Get<ChainAnswer[]>("api/chains") is var chains && chains.Length == Chains.Count && chains.All(c => c.Phase == phase));

    public async Task<IReadOnlyList<EventAnswer>> HistoryOf(string chain) => (await Get<HistoryAnswer>($"api/history/chain/{chain}")).Entries;

    public async Task Delete(string chain)
    {
        using var rpc = new JsonRpcClient(new Uri(Said(EthereumLine())));
        await new ManagerContract(Said(ContractLine()), await UnlockedAccount.First(rpc)).DeleteChain(chain);
    }

    public async Task Until(string what, Func<Task<bool>> condition)
    {
        try
        {
            await Wait.Until(what, async () => Process.HasExited || await condition(), Wait.Patience);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}\n{Process.Output}", e);
        }

        Assert.False(Process.HasExited, $"skale up ended while this was waited for: {what}.\n{Process.Output}");
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await EndLast();
        if (!simulate && network.Length > 0)
        {
            await DockerCleanUp.RemoveAll(network);
        }

        Directory.Delete(Data, recursive: true);
    }

    private async Task EndLast()
    {
        if (process is not null)
        {
            await process.DisposeAsync();
        }
    }

    private string Said(Regex line) => line.Match(Process.Output).Groups[1].Value;

    [GeneratedRegex(@"^Page\s+(http\S+)", RegexOptions.Multiline)]
    private static partial Regex PageLine();

    [GeneratedRegex(@"^Network (\S+),", RegexOptions.Multiline)]
    private static partial Regex NetworkLine();

    [GeneratedRegex(@"^Ethereum\s+(http\S+)", RegexOptions.Multiline)]
    private static partial Regex EthereumLine();

    [GeneratedRegex(@"\(contract (0x\w+)\)")]
    private static partial Regex ContractLine();
}
