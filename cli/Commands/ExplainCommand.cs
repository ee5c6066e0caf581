using System.CommandLine;
using System.Text.Json;
using Skale.Contracts;
using Skale.EventStore;
using Skale.Hosting;
using Skale.Metrics.Api;
using Skale.Scheduler.Domain;

namespace Skale.Cli.Commands;

/// <summary><c>skale explain CHAIN</c>: why these nodes, at the creation and at each replacement, computed again here from the events before the choice.</summary>
internal static class ExplainCommand
{
    private const int PerAnswer = 1000;
    private static readonly string[] Choices = ["group_chosen", "replacement_started"];

    public static Command Create()
    {
        var chain = new Argument<string>("CHAIN") { Description = "A chain's name." };
        var explain = new Command("explain", "Why a chain has its nodes: strategy, seed, candidates and draws, computed again. Exit code 1 when the result differs.") { chain, ApiClient.UrlOption, Screen.JsonOption };
        explain.SetAction(async (arguments, cancellation) =>
        {
            var differs = false;
            var code = await ApiClient.Run(
                arguments, async api => differs = await Show(api, arguments.GetValue(chain)!, arguments.GetValue(Screen.JsonOption), cancellation), cancellation);
            return code == ExitCodes.Done && differs ? ExitCodes.Failed : code;
        });
        return explain;
    }

    /// <summary>Whether any choice comes out different.</summary>
    private static async Task<bool> Show(ApiClient api, string chain, bool json, CancellationToken cancellation)
    {
        var history = await api.Get<HistoryAnswer>($"api/history/chain/{Uri.EscapeDataString(chain)}", cancellation);
        var choices = history.Entries.Where(e => Choices.Contains(e.Type)).ToDictionary(e => e.Position);
        var found = await Explain(api, [.. choices.Keys], cancellation);
        if (json)
        {
            Screen.Json(found.Select(f => new { f.Position, f.Explanation.Recorded, f.Explanation.Verdict, f.Explanation.Computed, f.Explanation.Evidence }));
        }
        else if (found.Count == 0)
        {
            Console.WriteLine($"Chain {chain} has no nodes so far: {history.Entries[^1].Sentence}");
        }

        foreach (var (position, explanation) in json ? [] : found)
        {
            Print(chain, choices[position], explanation);
        }

        return found.Any(f => f.Explanation.Verdict == Recomputation.Differs);
    }

    /// <summary>Folds the log up to each choice and makes it again.</summary>
    private static async Task<List<(long Position, Explanation Explanation)>> Explain(ApiClient api, HashSet<long> choices, CancellationToken cancellation)
    {
        var (rules, network, found, after) = (new NetworkDecider(), new Network(), new List<(long, Explanation)>(), 0L);
        while (found.Count < choices.Count)
        {
            foreach (var e in await api.Get<EventAnswer[]>($"api/events?after={after}&limit={PerAnswer}", cancellation))
            {
                after = e.Position;
                if (e.Type == RelaySkipped.Alias)
                {
                    continue;
                }

                var stored = StoredEvents.Types.Deserialize(new StoredEvent(e.Position, e.Id, e.Stream, e.Version, e.Type, JsonSerializer.SerializeToUtf8Bytes(e.Data), e.At, null, null));
                if (choices.Contains(e.Position))
                {
                    found.Add((e.Position, stored is ReplacementStarted replacement ? Explanation.Of(network, replacement) : Explanation.Of(network, (GroupChosen)stored)));
                }

                rules.Evolve(network, stored);
            }
        }

        return found;
    }

    private static void Print(string chain, EventAnswer choice, Explanation explanation)
    {
        var (how, shown) = (explanation.How, explanation.Evidence ?? explanation.How);
        var chosen = explanation.Recorded is ReplacementStarted e ? $"node {e.NewNode} in the place of node {e.OldNode}" : $"nodes {List(explanation.Chosen)}";
        Console.WriteLine($"Chain {chain}, chosen at position {choice.Position}, {Screen.Time(choice.At)}: {chosen}");
        Console.WriteLine($"  strategy    {how.Strategy}, version {how.Version}");
        Console.WriteLine($"  seed        {Or(shown.Seed)}");
        Console.WriteLine($"  candidates  {(shown.Seed.Length > 0 ? shown.Candidates : "not known")}{(shown.CandidatesDigest.Length > 0 ? $", digest {shown.CandidatesDigest}" : "")}");
        Console.WriteLine($"  draws       {(shown.Draws.Count > 0 ? string.Join(' ', shown.Draws) : "not known")}");
        Console.WriteLine($"  again       {(explanation.Computed is { } computed ? $"nodes {List(computed)}" : "not computed")}");
        Console.WriteLine($"  result      {explanation.Verdict}");
    }

    private static string List(IEnumerable<NodeId> nodes) => string.Join(' ', nodes);

    private static string Or(string text) => text.Length > 0 ? text : "not known";
}
