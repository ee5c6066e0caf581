using Skale.Contracts;
using Skale.EventStore;
using Skale.Hosting;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>
/// Hands observations to the log. Each names as its cause the order it is the outcome of, by the id that order has in the scheduler's log (its message id here),
/// so that histories there link the two; found in the log itself, so that it survives restarts.
/// </summary>
internal sealed class Reporter(NodeId node, LogService<Assignment> log, TimeProvider clock) : IDisposable
{
    private readonly AssignmentDecider rules = new(node);
    private readonly SemaphoreSlim reading = new(1);
    private readonly Dictionary<string, StoredEvent> orders = [];
    private StoredEvent? assigned;
    private long position;
    private long said;

    /// <summary>Records an observation when it is news.</summary>
    public async Task Say(ChainName chain, object observation)
    {
        var now = clock.GetUtcNow();
        if (await log.Read(a => rules.Decide(a, observation, now).Count > 0))
        {
            var order = await OrderOf(chain);
            await log.Submit(new Input(observation, NewCause(now), order?.CorrelationId, order?.CausationId));
        }
    }

    /// <summary>Records something that no order caused.</summary>
    public Task Say(object occasion) => log.Submit(new Input(occasion, NewCause(clock.GetUtcNow())));

    public void Dispose() => reading.Dispose();

    private Guid NewCause(DateTimeOffset now) => EventId.Of($"{log.Name}/seen/{now.UtcTicks}/{Interlocked.Increment(ref said)}");

    private async Task<StoredEvent?> OrderOf(ChainName chain)
    {
        await reading.WaitAsync();
        try
        {
            await foreach (var stored in (await log.Log).ReadAll(position))
            {
                position = stored.Position;
                switch (stored.Type)
                {
                    case "start_subnode" or "remove_subnode":
                        orders[stored.Stream] = stored;
                        break;
                    case "assign_node":
                        assigned = stored;
                        break;
                    default:
                        break;
                }
            }

            return orders.GetValueOrDefault($"chain-{chain}", assigned!);
        }
        finally
        {
            reading.Release();
        }
    }
}
