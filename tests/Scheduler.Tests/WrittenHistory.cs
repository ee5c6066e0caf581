using Skale.Contracts;
using Skale.EventStore;
using Skale.Hosting;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler.Tests;

/// <summary>A random network as the real writer stores it: inputs come one by one and several at once, with causes as the bus gives them.</summary>
internal static class WrittenHistory
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task Write(IEventLog log, int seed, int steps)
    {
        var (inputs, random) = (new RandomInputs(seed), new Random(seed));
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var writer = new LogWriter<Network>(SchedulerSetup.Definition with { OnStart = (_, now) => Sample.Started with { At = now } }, new DrawnTime(inputs), _ => { });
        await writer.Load(log, stopping.Token);
        var running = writer.Run(stopping.Token);
        var waiting = new List<Task>();
        for (var step = 0; step < steps; step++)
        {
            var input = await writer.Read(inputs.Next).WaitAsync(Cancellation);
            waiting.Add(Submit(writer, new Input(input, EventId.Of($"{seed}/{step}"), Story(random), input is IReport ? Story(random) : null)));
            if (random.Next(3) > 0)
            {
                await Task.WhenAll(waiting).WaitAsync(Cancellation);
                waiting.Clear();
            }
        }

        await Task.WhenAll(waiting).WaitAsync(Cancellation);
        await stopping.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Impossible inputs are refused; nothing of them is stored.</summary>
    private static async Task Submit(LogWriter<Network> writer, Input input)
    {
        try
        {
            await writer.Submit(input);
        }
        catch (ImpossibleInputException)
        {
        }
    }

    private static Guid? Story(Random random) => random.Next(2) == 0 ? null : EventId.Of($"story {random.Next(10)}");

    /// <summary>The time of the last input drawn, and of no whole microsecond.</summary>
    private sealed class DrawnTime(RandomInputs inputs) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => inputs.Now.AddTicks(7);
    }
}
