using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Skale.Contracts;
using Skale.Hosting;
using Skale.Scheduler.Api;
using Skale.Scheduler.Domain;
using Skale.Servers;

namespace Skale.Scheduler.Tests;

/// <summary>The real host on a free port, with a journal and the bus in memory; nodes are told to its log directly.</summary>
internal sealed class RunningScheduler : IAsyncDisposable
{
    public const string Token = "a token for tests";
    private readonly bool ownsFolder;
    private long reports;
    private readonly HttpClient http;

    private RunningScheduler(WebApplication app, string folder, bool ownsFolder) =>
        (App, Folder, this.ownsFolder, http) = (app, folder, ownsFolder, new HttpClient { BaseAddress = new Uri(app.Urls.First()) });

    public WebApplication App { get; }

    public string Folder { get; }

    public LogService<Network> Log => App.Services.GetRequiredKeyedService<LogService<Network>>(SchedulerSetup.Name);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <param name="folder">Of another one, which stands by then or comes after it; null for one of its own.</param>
    /// <param name="clock">Null for the machine's.</param>
    public static async Task<RunningScheduler> Start(string? folder = null, string? token = Token, bool standby = false, TimeProvider? clock = null, params (string Name, string Value)[] settings)
    {
        var (own, place) = (folder is null, folder ?? Repository.NewFolder("scheduler"));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["Store:Journal"] = place,
            ["Bus:InMemory"] = "true",
            ["Scheduler:Network"] = Sample.NetworkName,
            ["Scheduler:Image"] = "evm:1",
            ["Scheduler:ApiToken"] = token,
            ["Scheduler:Quotas:Owners:poor:Chains"] = "0",
            ["Scheduler:Profiles:brief:Slices"] = "4",
            ["Scheduler:Profiles:brief:GroupSize"] = "1",
            ["Scheduler:Profiles:brief:Lifetime"] = "01:00:00",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value)));
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(clock ?? TimeProvider.System);
        var app = builder.AddScheduler().AddSkale().Build().MapSkale().MapScheduler();
        await app.StartAsync(Cancellation);
        var running = new RunningScheduler(app, place, own);
        if (!standby)
        {
            await running.Log.Active.WaitAsync(Wait.Patience, Cancellation);
        }

        return running;
    }

    public async Task AddNodes(int count)
    {
        for (var node = 0; node < count; node++)
        {
            await Tell(Sample.Numbered(Sample.Registered(node), await Log.Read(n => n.LastFact) + 1));
            await Tell(Sample.Enrolled(node, ++reports));
        }
    }

    /// <summary>What an agent or the contract says.</summary>
    public Task Tell(object input) => Log.Submit(new Input(input, Guid.NewGuid()));

    public async Task Obey(string chain)
    {
        foreach (var member in await Log.Read(n => n.Chains[new(chain)].Members.Values.ToArray()))
        {
            var generation = await Log.Read(n => n.Nodes[member.Node].Generation);
            await Tell(member.Phase == MemberPhase.RemovalOrdered
                ? Sample.Gone(chain, member.Node.Value, ++reports) with { Generation = generation }
                : Sample.Runs(chain, member.Node.Value, ++reports, generation));
        }
    }

    public async Task<(int Status, JsonElement Body, HttpResponseMessage Answer)> Send(
        HttpMethod method, string path, object? body = null, string? key = null, string? ifMatch = null, string? ifNoneMatch = null, string? token = Token)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body switch
        {
            null => null,
            string text => new StringContent(text, Encoding.UTF8, "application/json"),
            _ => JsonContent.Create(body, body.GetType(), null, Sent.Json),
        };
        foreach (var (name, value) in new[] { ("Idempotency-Key", key), ("If-Match", ifMatch), ("If-None-Match", ifNoneMatch) })
        {
            _ = value is not null && request.Headers.TryAddWithoutValidation(name, value);
        }

        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        var answer = await http.SendAsync(request, Cancellation);
        var content = await answer.Content.ReadAsStringAsync(Cancellation);
        return ((int)answer.StatusCode, content.Length > 0 ? JsonElement.Parse(content) : default, answer);
    }

    public async Task<T> Get<T>(string path)
    {
        var (status, body, _) = await Send(HttpMethod.Get, path);
        Assert.True(status == 200, $"GET {path}: {status} {body}");
        return body.Deserialize<T>(Sent.Json)!;
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await App.StopAsync(CancellationToken.None);
        await App.DisposeAsync();
        if (ownsFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
