using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Skale.Contracts;
using Skale.EventStore;
using Skale.Hosting;
using Skale.Scheduler.Api;
using Skale.Servers;

namespace Skale.Scheduler.Tests;

/// <summary>The scheduler with nodes 0 and 1, chains on node 0, and a bus on which the test is an agent, ChainWatcher, or somebody who says so.</summary>
internal sealed class SignedMessages : IAsyncDisposable
{
    private readonly string folder = Repository.NewFolder("signed");
    private readonly ConcurrentQueue<string> errors = [];
    private int keys;

    private SignedMessages(RunningScheduler scheduler) => Scheduler = scheduler;

    public RunningScheduler Scheduler { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<SignedMessages> Start(TimeProvider? clock = null, params (string Name, string Value)[] settings)
    {
        var messages = new SignedMessages(await RunningScheduler.Start(clock: clock, settings: settings));
        await messages.Scheduler.App.Services.GetRequiredService<IBusControl>().WaitForHealthStatus(BusHealthStatus.Healthy, Wait.Patience);
        await messages.Scheduler.AddNodes(2);
        await messages.Scheduler.Tell(Sample.Numbered(Sample.Bought("alpha", 32, 1, 0), await messages.Scheduler.Log.Read(n => n.LastFact) + 1));
        await messages.Scheduler.App.Services.GetRequiredService<IBus>().ConnectReceiveEndpoint($"{SchedulerSetup.Name}_error", e =>
        {
            e.ConfigureConsumeTopology = false;
            e.DiscardFaultedMessages();
            e.DiscardSkippedMessages();
            e.ConfigureReceive(r => r.UseExecute(c => messages.errors.Enqueue(c.TransportHeaders.Get<string>("MT-Fault-Message") ?? "")));
        }).Ready;
        return messages;
    }

    /// <summary>A machine joins as the node, with a token and a key of its own.</summary>
    /// <returns>The key's file.</returns>
    public async Task<string> Join(long node)
    {
        var (file, token) = (NewKey(), $"token {Guid.NewGuid()}");
        using var key = SealingKey.Load(file);
        Assert.Equal(202, (await Scheduler.Send(HttpMethod.Post, $"/v1/nodes/{node}/token", new MakeJoinToken(JoinApi.HashOf(token), 60))).Status);
        Assert.Equal(200, (await Scheduler.Send(HttpMethod.Post, JoinApi.Path, new JoinNode(node, token, $"{key.Verifier}"), token: null)).Status);
        return file;
    }

    public string NewKey() => NewKey(folder, $"{++keys}", "test/node");

    public static string NewKey(string folder, string file, string name)
    {
        var path = Path.Combine(folder, $"{file}.key");
        using var made = SealingKey.Create(name);
        made.Save(path);
        return path;
    }

    /// <summary>As an agent with that key would sign it.</summary>
    /// <param name="said">What is signed, and perhaps not what is sent.</param>
    public static Action<PublishContext> Signed(object said, string file, string network = Sample.NetworkName) => Sign(said, new ReportOptions { SigningKey = file, Network = network }, new());

    /// <summary>As a ChainWatcher with that key would sign it.</summary>
    /// <param name="said">As above.</param>
    public static Action<PublishContext> SignedFact(object said, string file) => Sign(said, new(), new FactOptions { SigningKey = file });

    public Task Publish<T>(T message, Action<PublishContext>? sign = null)
        where T : class => Scheduler.App.Services.GetRequiredService<IBus>().Publish(message, context => sign?.Invoke(context), Cancellation);

    /// <summary>It is in the error queue with that reason and counted, and nothing is recorded.</summary>
    public async Task Refused<T>(T message, Action<PublishContext>? sign, string reason, string fault)
        where T : class
    {
        var before = await Scheduler.Log.Read(n => n.Recorded);
        await Publish(message, sign);
        await Wait.Until("the message to be in the error queue", () => !errors.IsEmpty, Wait.Patience, Cancellation);
        Assert.True(errors.TryDequeue(out var said));
        Assert.Contains(reason, said, StringComparison.Ordinal);
        Assert.Contains($"skale_scheduler_{(message is IReport ? "reports" : "facts")}_refused_total{{fault=\"{fault}\"}} 1", Metrics(), StringComparison.Ordinal);
        Assert.Equal(before, await Scheduler.Log.Read(n => n.Recorded));
    }

    /// <summary>It is in the log.</summary>
    public async Task Taken<T>(T message, Action<PublishContext>? sign = null)
        where T : class
    {
        var before = await Scheduler.Log.Read(n => n.Recorded);
        await Publish(message, sign);
        await Wait.Until($"{message} to be recorded", async () => await Scheduler.Log.Read(n => n.Recorded) > before, Wait.Patience, Cancellation);
        Assert.Empty(errors);
    }

    /// <summary>Ends when the scheduler has dealt with it, whatever it made of it.</summary>
    public async Task Heard<T>(T message, Action<PublishContext> sign)
        where T : class
    {
        var observer = new Observer<T>();
        using var watched = Scheduler.App.Services.GetRequiredService<IBusControl>().ConnectConsumeMessageObserver(observer);
        await Publish(message, sign);
        await observer.Done.WaitAsync(Wait.Patience, Cancellation);
    }

    private static Action<PublishContext> Sign(object said, ReportOptions reports, FactOptions facts) => context =>
    {
        using var signer = new MessageSigner(Options.Create(new OrderOptions()), Options.Create(reports), Options.Create(facts), TimeProvider.System);
        signer.Sign(context, said);
    };

    public string Metrics() => Scheduler.App.Services.GetRequiredService<PrometheusText>().Render();

    public async ValueTask DisposeAsync()
    {
        await Scheduler.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private sealed class Observer<T> : IConsumeMessageObserver<T>
        where T : class
    {
        private readonly TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Done => done.Task;

        public Task PreConsume(ConsumeContext<T> context) => Task.CompletedTask;

        public Task PostConsume(ConsumeContext<T> context)
        {
            done.TrySetResult();
            return Task.CompletedTask;
        }

        public Task ConsumeFault(ConsumeContext<T> context, Exception exception)
        {
            done.TrySetException(exception);
            return Task.CompletedTask;
        }
    }
}
