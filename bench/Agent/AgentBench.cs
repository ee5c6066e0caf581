using System.Globalization;
using Skale.Contracts;

namespace Skale.Bench.Agent;

/// <summary>From orders on the bus to running containers, one and many at once, beside the same containers made by hand; and what the agent weighs when nothing happens.</summary>
internal static class AgentBench
{
    /// <summary>As many as one machine has slices.</summary>
    public const int Many = 128;

    private const double LimitRatio = 1.1, LimitMegabytes = 80, LimitProcessors = 0.02;
    private static readonly TimeSpan LimitMore = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(60);
    private static readonly NodeAgent.NodeAgentOptions Defaults = new();

    /// <param name="rounds">Of one container each, alternating; the first is not counted.</param>
    public static Task Run(int rounds) => In($"bench/run agent --rounds {rounds}", async (world, byHand) =>
    {
        await One(world, byHand, rounds);
        await AtOnce(world, byHand, Many);
    });

    public static Task RunMany(int subnodes) => In($"bench/run many --subnodes {subnodes}", (world, byHand) => AtOnce(world, byHand, subnodes));

    private static async Task In(string command, Func<AgentWorld, ByHand, Task> measure)
    {
        Machine.Print(command);
        await using var world = await AgentWorld.Start();
        var byHand = new ByHand($"hand-{AgentWorld.Network}", world.Engine);
        try
        {
            await measure(world, byHand);
        }
        finally
        {
            await byHand.Remove();
        }

        Console.WriteLine($"\nload average at the end: {Machine.Load()}");
    }

    private static async Task One(AgentWorld world, ByHand byHand, int rounds)
    {
        var pairs = new List<(Round Ours, Round Hand)>();
        for (var round = 0; round < rounds; round++)
        {
            var subnode = world.Subnode($"one{round}", 0, processors: 1);
            var ours = await Ours(world, [subnode]);
            await world.Remove(subnode);
            var made = await byHand.Run([(world.Node, subnode)], 1);
            Round.AreTheSame(ours, made);
            pairs.Add((ours, made));
        }

        var (mine, hand) = (Figures.Of(pairs.Skip(1), p => p.Ours.Started), Figures.Of(pairs.Skip(1), p => p.Hand.Started));
        var more = mine.Median - hand.Median;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

            One subnode, order on the bus to container started, in seconds; {rounds - 1} rounds of each, alternating

            | | median | min | max |
            |---|---|---|---|
            {hand.Row("the engine alone")}
            {mine.Row("order on the bus to container started")}

            more than the engine alone: {more.TotalMilliseconds:0} ms; limit {LimitMore.TotalMilliseconds:0} ms: {Holds(more <= LimitMore)}
            """));
    }

    private static async Task AtOnce(AgentWorld world, ByHand byHand, int many)
    {
        Subnode[] subnodes = [.. Enumerable.Range(0, many).Select(slot => world.Subnode($"many{slot}", slot))];
        var hand = await byHand.Run([.. subnodes.Select(s => (world.Node, s))], Defaults.Parallel);
        var before = world.ProcessorTime();
        var ours = await Ours(world, subnodes);
        var busy = world.ProcessorTime() - before;

        // What starting leaves behind is over by then, and what the agent does once a minute was done.
        await world.Rest(2 * Idle);
        var (processors, megabytes) = await world.Rest(Idle);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

            {many} subnodes on one machine, {Defaults.Parallel} at a time

            | | measured | limit | holds |
            |---|---|---|---|
            | the engine alone, last container started, s | {hand.Started.TotalSeconds:0.0} | | |
            | orders on the bus to last container started, s | {ours.Started.TotalSeconds:0.0} | {LimitRatio} times the engine alone | {ours.Started / hand.Started:0.00}: {Holds(ours.Started <= LimitRatio * hand.Started)} |
            | processor time of the agent and its programs for each of them, ms | {busy.TotalMilliseconds / many:0} | | |
            | agent beside {many} subnodes when nothing happens, VmRSS in each second of {Idle.TotalSeconds:0}, MB: lowest, mean and highest | {megabytes.Min():0.0}, {megabytes.Average():0.0}, {megabytes.Max():0.0} | {LimitMegabytes} | {Holds(megabytes.Max() <= LimitMegabytes)} |
            | its use of one processor over {Idle.TotalSeconds:0} s, % | {100 * processors:0.00} | {100 * LimitProcessors} | {Holds(processors < LimitProcessors)} |
            """));
        await world.Remove(subnodes);
    }

    /// <summary>Begins before the first order is published.</summary>
    private static async Task<Round> Ours(AgentWorld world, Subnode[] subnodes)
    {
        var began = DateTimeOffset.UtcNow;
        foreach (var subnode in subnodes)
        {
            // One after the other: an order that overtakes another is a gap to the agent, and here is no scheduler to ask.
            await world.Order(subnode);
        }

        foreach (var subnode in subnodes)
        {
            await world.Started(subnode);
        }

        return await Round.Measure(world.Engine, new Dictionary<string, string> { ["skale.network"] = AgentWorld.Network }, began, DateTimeOffset.UtcNow, subnodes.Length);
    }

    private static string Holds(bool holds) => holds ? "yes" : "NO";
}
