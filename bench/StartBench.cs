using System.Globalization;
using Skale.Docker;

namespace Skale.Bench;

/// <summary>From the block with a chain's purchase to its running containers, beside the same containers made by hand.</summary>
internal static class StartBench
{
    private static readonly TimeSpan Allowed = TimeSpan.FromSeconds(1);

    /// <param name="rounds">Of each kind, alternating; the first is not counted: programs and caches are cold.</param>
    public static async Task Run(int rounds)
    {
        Machine.Print($"bench/run start --rounds {rounds}");
        await using var world = await World.Start();
        using var engine = new DockerEngine();
        await using var news = await News.Open(world.Stack.Metrics.Address);
        var (ours, byHand) = (new Ours(world.Stack, engine, news), new ByHand($"hand-{world.Stack.Network}", engine));
        var pairs = new List<(Round Ours, Round Hand)>();
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                var bought = await ours.Run();
                var made = await byHand.Run(ours.Orders, World.Nodes);
                Round.AreTheSame(bought, made);
                Console.Error.WriteLine($"round {round}{(round == 0 ? " (not counted)" : "")}: by hand {Figures.Text(made.Started)} s, ours {Figures.Text(bought.Started)} s, load {Machine.Load()}");
                pairs.Add((bought, made));
            }
        }
        finally
        {
            await byHand.Remove();
        }

        Print([.. pairs.Skip(1)]);
    }

    private static void Print(IReadOnlyList<(Round Ours, Round Hand)> pairs)
    {
        var (hand, ours) = (Figures.Of(pairs, p => p.Hand.Started), Figures.Of(pairs, p => p.Ours.Started));
        var difference = ours.Median - hand.Median;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

            Since the first request, in seconds; {pairs.Count} rounds of each, alternating, the same {World.Nodes} containers

            | | median | min | max |
            |---|---|---|---|
            {Figures.Of(pairs, p => p.Hand.Created).Row("by hand: last container created")}
            {hand.Row("**by hand: last container started**")}
            {Figures.Of(pairs, p => p.Hand.Answering).Row("by hand: last chain answers")}
            {Figures.Of(pairs, p => p.Ours.Ordered).Row("ours: chosen and ordered")}
            {Figures.Of(pairs, p => p.Ours.Created).Row("ours: last container created")}
            {ours.Row("**ours: last container started**")}
            {Figures.Of(pairs, p => p.Ours.Answering).Row("ours: chain active, all answer")}

            last container started, medians: ours is {ours.Median / hand.Median:0.00} times by hand, {Figures.Text(difference)} s more
            limit: by hand + {Allowed.TotalSeconds:0} s: {(difference <= Allowed ? "holds" : "DOES NOT HOLD")}
            load average at the end: {Machine.Load()}
            """));
    }
}
