using Npgsql;

namespace Skale.EventStore;

/// <summary>Hears of commits by other processes over a connection of its own (LISTEN). While that connection is down, <see cref="IsAlive"/> is false and readers look for themselves.</summary>
internal sealed class PostgresListener(string connectionString, string channel, Func<CancellationToken, Task<long>> readHead) : IAsyncDisposable
{
    private static readonly TimeSpan ReconnectEvery = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource stop = new();
    private readonly AppendSignal signal = new();
    private readonly Lock gate = new();
    private Task? work;
    private long known;
    private volatile bool alive;

    /// <summary>Completes at the next commit, and when the connection comes or goes.</summary>
    public Task News => signal.Next;

    /// <summary>The last position heard of.</summary>
    public long Known => Volatile.Read(ref known);

    public bool IsAlive => alive;

    /// <summary>Begins to listen, at the first call.</summary>
    public void Start()
    {
        lock (gate)
        {
            work ??= Task.Run(Work);
        }
    }

    public void Hear(long position)
    {
        lock (gate)
        {
            known = Math.Max(known, position);
        }

        signal.Raise();
    }

    /// <summary>May be called again; the token source holds nothing that needs disposing once it is cancelled.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await (work ?? Task.CompletedTask);
    }

    private async Task Work()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await Listen(stop.Token);
            }
            catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
            {
                alive = false;
                signal.Raise();
                await Task.Delay(ReconnectEvery, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task Listen(CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellation);
        connection.Notification += (_, heard) => Hear(long.Parse(heard.Payload));
        await using (var listen = new NpgsqlCommand($"listen {channel}", connection))
        {
            await listen.ExecuteNonQueryAsync(cancellation);
        }

        alive = true;
        Hear(await readHead(cancellation));
        while (true)
        {
            await connection.WaitAsync(cancellation);
        }
    }
}
