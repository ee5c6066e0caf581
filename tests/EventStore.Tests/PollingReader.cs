namespace Skale.EventStore.Tests;

/// <summary>Polls a log until it has seen so many events; positions must be 1, 2, 3 ... in the order seen.</summary>
internal static class PollingReader
{
    /// <summary>What it prints when it has the log open.</summary>
    public const string Reading = "reading";

    public static async Task<int> Run(LogPlace place, long events)
    {
        await using var log = await place.OpenReader();
        await Console.Out.WriteLineAsync(Reading);
        var position = 0L;
        while (position < events)
        {
            await foreach (var e in log.ReadAll(position))
            {
                if (e.Position != ++position)
                {
                    await Console.Out.WriteLineAsync($"gap: {e.Position} came where {position} must follow");
                    return 1;
                }
            }
        }

        await Console.Out.WriteLineAsync($"seen {position} without a gap");
        return 0;
    }
}
