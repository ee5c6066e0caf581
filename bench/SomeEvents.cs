using System.Text;
using Skale.EventStore;

namespace Skale.Bench;

/// <summary>Events to measure with: the same in every run, of one size, spread over many streams.</summary>
internal static class SomeEvents
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    /// <param name="payloadBytes">Of the data of each event, at least 60.</param>
    public static IEnumerable<NewEvent> Of(int events, int streams, int payloadBytes)
    {
        var random = new Random(1);
        var filling = new byte[payloadBytes];
        for (var i = 0; i < events; i++)
        {
            random.NextBytes(filling);
            var head = $$"""{"Node":{{i % streams}},"Number":{{i}},"Text":""";
            var text = Convert.ToHexStringLower(filling)[..(payloadBytes - head.Length - 3)];
            yield return new NewEvent(
                EventId.Of($"bench/{i}"), $"chain-{i % streams}", (i / streams) + 1, "node_measured", Encoding.UTF8.GetBytes($"{head}\"{text}\"}}"), Noon + TimeSpan.FromMilliseconds(i),
                EventId.Of($"cause/{i}"), EventId.Of($"root/{i % streams}"));
        }
    }

    /// <summary>Appends them and seals the log every so many events; gives the key.</summary>
    public static async Task<SealingKey> Fill(IEventLog log, IEnumerable<NewEvent> events, int sealEvery)
    {
        var key = SealingKey.Create("bench.example/log");
        await log.Evidence.SaveKeys(KeyHistory.Begin(key));
        var tree = new MerkleFrontier();
        foreach (var batch in events.Chunk(sealEvery))
        {
            await log.Append(batch);
            await foreach (var digest in log.Evidence.ReadDigests(tree.Size))
            {
                tree.Push(digest);
            }

            await log.Evidence.AddSeal(new Checkpoint(key.Verifier.Name, tree.Size, tree.Root(), Noon + TimeSpan.FromSeconds(tree.Size)).Sign(key));
        }

        return key;
    }
}
