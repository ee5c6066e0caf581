using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Skale.ChainWatcher;
using Skale.ChainWatcher.Domain;
using Skale.Cli.Commands.Audit;
using Skale.Contracts;
using Skale.Hosting;
using Skale.Metrics.Domain;

namespace Skale.Cli.Commands.L1;

/// <summary><c>skale l1 facts</c>: what a watcher would record of these blocks, on standard output.</summary>
internal static class FactsCommand
{
    /// <summary>As the bus has it: enums by name.</summary>
    private static readonly JsonSerializerOptions OnTheBus = new(ApiClient.Json) { Converters = { new JsonStringEnumConverter() } };

    public static Command Create()
    {
        var from = new Option<long>("--from") { Description = "First block; 0 when left out. Facts are numbered from there, as by a watcher with ChainWatcher:FromBlock; names of chains bought before are not known (null)." };
        var to = new Option<long?>("--to") { Description = "Last block; the newest when left out." };
        var facts = new Command("facts", "The facts that SKALE Manager's logs tell: one line each, with --json one JSON object each (JSON Lines).") { from, to, Screen.JsonOption }.WithSource();
        facts.SetAction((arguments, cancellation) => L1Command.Run(
            arguments, reader => Print(reader, arguments.GetValue(from), arguments.GetValue(to) ?? reader.Head, arguments.GetValue(Screen.JsonOption), cancellation), cancellation));
        return facts;
    }

    private static async Task<int> Print(ManagerReader reader, long from, long to, bool json, CancellationToken cancellation)
    {
        if (from < 0 || to < from)
        {
            throw new L1Command.BadRangeException($"--from is {from} and --to is {to}; blocks count from 0, and --to is not below --from.");
        }

        if (to > reader.Head)
        {
            throw new L1Command.NoSuchBlockException("--to", to, reader.Head);
        }

        using var progress = new ProgressLine("reading", to + 1, from, "blocks");
        await using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        await foreach (var (last, facts) in reader.Facts(from, to, cancellation))
        {
            foreach (var fact in facts)
            {
                await output.WriteLineAsync(json ? Json(fact) : $"{fact.Origin.Number,8}  {Screen.Time(fact.Origin.BlockTime)}  block {fact.Origin.BlockNumber}  {FactSentences.Of(fact)}");
            }

            await output.FlushAsync(cancellation);
            progress.Report(last.Number + 1);
        }

        return ExitCodes.Done;
    }

    /// <summary>The fact as it goes on the bus, with its stored name and the id of its event.</summary>
    private static string Json(IFact fact)
    {
        var line = new JsonObject { ["type"] = StoredEvents.Types.Stored[fact.GetType()], ["id"] = StoredEvents.IdOf(fact) };
        foreach (var (name, value) in JsonSerializer.SerializeToNode(fact, fact.GetType(), OnTheBus)!.AsObject())
        {
            line[name] = value?.DeepClone();
        }

        return line.ToJsonString(OnTheBus);
    }
}
