using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>One log at work: opened, folded, written by one loop, published by another. The whole shell of a service stands on it.</summary>
public sealed partial class LogService<TState> : BackgroundService, ILogHealth, IAsyncDisposable
{
    private readonly LogDefinition<TState> definition;
    private readonly Lazy<IBusControl> bus;
    private readonly MessageSigner signer;
    private readonly TimeProvider clock;
    private readonly SealOptions sealing;
    private readonly IHostApplicationLifetime lifetime;
    private readonly ILogger<LogService<TState>> logger;
    private readonly LogWriter<TState> writer;
    private readonly Standby<TState> standby;
    private readonly RecentCommits recent = new();
    private readonly TaskCompletionSource<IEventLog> opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource stopped = new();
    private Task<IStandbyLog>? turn;
    private string? storeTrouble = "the log is being opened";
    private string? relayTrouble;
    private string? sealTrouble;
    private Relay<TState>? relay;
    private Sealer? sealer;

    public LogService(
        LogDefinition<TState> definition, LogStore store, Lazy<IBusControl> bus, MessageSigner signer, IOptions<SealOptions> sealing, TimeProvider clock, IHostApplicationLifetime lifetime,
        ILogger<LogService<TState>> logger)
    {
        definition = RelaySkips.Known(definition);
        (this.definition, this.bus, this.signer, this.sealing, this.clock, this.lifetime, this.logger) = (definition, bus, signer, sealing.Value, clock, lifetime, logger);
        writer = new LogWriter<TState>(definition, clock, e => Report(ref storeTrouble, "store", e), new Snapshots<TState>(definition, store.SnapshotEvery, logger), recent);
        standby = new Standby<TState>(Name, store, writer, clock, e => Report(ref storeTrouble, e is LogHeldException ? "standby" : "opening the log", e));
        LogMeter.Watch(this);
    }

    public string Name => definition.Name;

    /// <summary>The log itself, once it is open: for readers in this process.</summary>
    public Task<IEventLog> Log => opened.Task;

    public Task Active => opened.Task;

    public string? Trouble => storeTrouble ?? relayTrouble ?? sealTrouble;

    public long Position => writer.Position;

    public long Unpublished => relay is { } r ? Math.Max(0, writer.Position - r.Position) : 0;

    public long? Unsealed => sealer is { } s ? Math.Max(0, writer.Position - s.Sealed) : null;

    public TimeSpan PublishLag => relay?.WaitingSince is { } since && clock.GetUtcNow() - since is { Ticks: > 0 } lag ? lag : TimeSpan.Zero;

    public void Begin() => turn ??= Task.Run(() => standby.WaitForTurn(stopped.Token));

    /// <summary>Records an input and what follows from it; the task ends when that is durable, and returns the events.</summary>
    /// <exception cref="ImpossibleInputException">The input contradicts what is known.</exception>
    public Task<IReadOnlyList<object>> Submit(Input input) => writer.Submit(input);

    /// <summary>Asks the state between two commits.</summary>
    public Task<T> Read<T>(Func<TState, T> question) => writer.Read(question);

    /// <summary>Publishes again everything behind a position.</summary>
    public void RepublishAfter(long position) => relay?.RewindTo(position);

    public async ValueTask DisposeAsync()
    {
        await stopped.CancelAsync();
        base.Dispose();
        if (Interlocked.Exchange(ref turn, null) is { } unused)
        {
            // The process ends before its services were started: nobody else closes what was opened for them.
            await ((Task)unused).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await (unused.IsCompletedSuccessfully ? (await unused).DisposeAsync() : ValueTask.CompletedTask);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            Begin();
            await using var stopping = stoppingToken.Register(stopped.Cancel);
            await using var log = await Interlocked.Exchange(ref turn, null)!;
            LogActive(Name, writer.Position);
            relay = new Relay<TState>(definition, log, recent, bus.Value, signer, clock, Submit, (at, e) => Report(ref relayTrouble, at is null ? "relay" : $"relay at position {at.Position} ({at.Type})", e));
            opened.TrySetResult(log);
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var (writing, publishing, signing) = (writer.Run(ending.Token), Publish(ending.Token), Seal(log, ending.Token));
            var first = await Task.WhenAny(writing, publishing, log.Ended);
            await ending.CancelAsync();
            await Task.WhenAll(first, writing, publishing, signing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await (stoppingToken.IsCancellationRequested ? writer.Rest() : Task.CompletedTask);
            await Task.WhenAll(first, writing, publishing, signing);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            // A fenced writer or a broken log: this process must not go on as if it owned the log.
            LogEnded(Name, e);
            Environment.ExitCode = ExitCodes.LogLost;
            lifetime.StopApplication();
        }
        finally
        {
            writer.End();
        }
    }

    private async Task Publish(CancellationToken stopping)
    {
        await relay!.Prepare(stopping);
        var started = new TaskCompletionSource();
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stopping);

        // Not before our own queues are bound: the answer to what is published first, a request to send again, must find them.
        relayTrouble = "the bus is being connected";
        await bus.Value.WaitForHealthStatus(BusHealthStatus.Healthy, stopping);
        Report(ref relayTrouble, "relay", null);
        await relay.Run(stopping);
    }

    private async Task Seal(IEventLog log, CancellationToken stopping)
    {
        if (sealing.Keys is not null)
        {
            sealer = new Sealer(log, sealing, (checkpoint, cancellation) => bus.Value.Publish(checkpoint, cancellation), clock, e => Report(ref sealTrouble, "seal", e));
            await sealer.Run(stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Report(ref string? trouble, string part, Exception? e)
    {
        var news = e is null ? null : $"{part}: {e.Message}";
        if (e is LogHeldException && news != trouble)
        {
            LogStandby(Name, e.Message);
        }
        else if (e is not null && news != trouble)
        {
            LogTrouble(Name, part, e.Message);
        }
        else if (news is null && trouble is not null)
        {
            LogWell(Name, part);
        }

        trouble = news;
    }

    [LoggerMessage(LogLevel.Warning, "Log {Log}, {Part}: {Reason} It is tried again; nothing is lost.")]
    private partial void LogTrouble(string log, string part, string reason);

    [LoggerMessage(LogLevel.Information, "Log {Log}: standby. {Reason} This process follows it, and goes to work when that one is gone.")]
    private partial void LogStandby(string log, string reason);

    [LoggerMessage(LogLevel.Information, "Log {Log}: active. This process writes it, behind position {Position}.")]
    private partial void LogActive(string log, long position);

    [LoggerMessage(LogLevel.Information, "Log {Log}, {Part}: at work.")]
    private partial void LogWell(string log, string part);

    [LoggerMessage(LogLevel.Critical, "Log {Log} cannot go on; the process stops.")]
    private partial void LogEnded(string log, Exception reason);
}
