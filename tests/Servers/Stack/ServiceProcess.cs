using System.Net.Http.Json;
using System.Text.Json;

namespace Skale.Servers.Stack;

/// <summary>One of our services as a process of its own, as an operator runs it: a program and environment variables.</summary>
public sealed class ServiceProcess(string service, IReadOnlyDictionary<string, string> environment) : IAsyncDisposable
{
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private ServerProcess? process;

    public string Service => service;

    /// <summary>Where its health, metrics and, for Metrics, page and API are.</summary>
    public Uri Address { get; } = new($"http://127.0.0.1:{Repository.FreePort()}");

    public bool HasExited => process?.HasExited ?? true;

    public int ExitCode => process!.ExitCode;

    public int Id => process!.Id;

    /// <summary>What it has printed since its last start.</summary>
    public string Output => process?.Output ?? "";

    public void Start()
    {
        var all = new Dictionary<string, string>(environment) { ["ASPNETCORE_URLS"] = Address.ToString() };
        process = ServerProcess.Start(Repository.Program($"services/{service}", $"Skale.{service}"), [], all);
    }

    /// <summary>Ends when <c>/health/ready</c> says so.</summary>
    public Task WaitUntilReady() => Wait.Until(
        $"{service} to be ready",
        async () => !HasExited
            ? (await http.GetAsync(new Uri(Address, "/health/ready"))).IsSuccessStatusCode
            : throw new InvalidOperationException($"{service} ended with {ExitCode}: {Output}"),
        Wait.Patience);

    /// <summary>SIGKILL.</summary>
    public Task Kill() => process!.Kill();

    public Task Signal(string name) => process!.Signal(name);

    public Task WaitForExit(TimeSpan atMost) => process!.WaitForExit(atMost);

    /// <summary>What <c>/health/ready</c> says, ready or not; nothing while it does not answer.</summary>
    public async Task<string> Health()
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(Address, "/health/ready"));
            return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.ToString();
        }
        catch (HttpRequestException)
        {
            return "";
        }
    }

    public async Task<JsonElement> Get(string path) => await http.GetFromJsonAsync<JsonElement>(new Uri(Address, path));

    public Task<string> GetText(string path) => http.GetStringAsync(new Uri(Address, path));

    /// <summary>Resident memory in bytes, as the kernel counts it.</summary>
    public long ResidentBytes() =>
        1024 * long.Parse(File.ReadLines($"/proc/{Id}/status").First(l => l.StartsWith("VmRSS", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], null);

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        if (process is not null)
        {
            await process.DisposeAsync();
        }
    }
}
