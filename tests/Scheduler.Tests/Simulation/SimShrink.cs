namespace Skale.Scheduler.Tests.Simulation;

/// <summary>Makes a failing history short: whatever can be left out while it fails alike is left out.</summary>
internal static class SimShrink
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>What breaks, null when nothing does; and what happened until then.</summary>
    public static string? Fault(IReadOnlyList<SimAction> actions, out List<string> history)
    {
        var world = new SimWorld();
        history = world.History;
        try
        {
            foreach (var action in actions)
            {
                world.Do(action);
            }

            world.Settle();
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException or ArgumentException or NullReferenceException)
        {
            return e.Message;
        }
    }

    /// <summary>Leaves out ever smaller parts, for as long as is bearable.</summary>
    public static SimAction[] Shortest(SimAction[] actions, string fault)
    {
        var started = TimeProvider.System.GetTimestamp();
        for (var size = actions.Length / 2; size > 0; size /= 2)
        {
            for (var from = 0; from < actions.Length && TimeProvider.System.GetElapsedTime(started) < Patience;)
            {
                SimAction[] less = [.. actions[..from], .. actions[Math.Min(actions.Length, from + size)..]];
                if (Kind(Fault(less, out _)) == Kind(fault))
                {
                    actions = less;
                }
                else
                {
                    from += size;
                }
            }
        }

        return actions;
    }

    /// <summary>The rule that is broken, whatever the figures.</summary>
    private static string? Kind(string? fault) => fault?.Split(':', 3) is { Length: > 1 } parts ? new string([.. parts[1].Where(c => !char.IsDigit(c))]) : fault;
}
