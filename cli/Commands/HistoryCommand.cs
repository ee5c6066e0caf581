using System.CommandLine;
using Skale.Metrics.Api;

namespace Skale.Cli.Commands;

/// <summary><c>skale history CHAIN|NODE</c>: every fact, decision, order and outcome that concerns it, with its cause.</summary>
internal static class HistoryCommand
{
    public static Command Create()
    {
        var subject = new Argument<string>("CHAIN|NODE") { Description = "A chain's name, or a node's number. For a chain whose name is a number: chain/NAME." };
        var history = new Command("history", "Everything that happened to a chain or a node, in order, with its cause.") { subject, ApiClient.UrlOption, Screen.JsonOption };
        history.SetAction((arguments, cancellation) => ApiClient.Run(
            arguments, api => Show(api, PathOf(arguments.GetValue(subject)!), arguments.GetValue(Screen.JsonOption), cancellation), cancellation));
        return history;
    }

    private static async Task Show(ApiClient api, string path, bool json, CancellationToken cancellation)
    {
        var history = await api.Get<HistoryAnswer>($"api/history/{path}", cancellation);
        if (json)
        {
            Screen.Json(history);
            return;
        }

        Screen.SimulatedBanner((await api.Get<StatusAnswer>("api/status", cancellation)).Simulated);
        Console.WriteLine($"History of {history.Subject}, up to position {history.Position}");
        Screen.Table(
            ["position", "time (UTC)", "kind", "what", "because of"],
            history.Entries.Select(e => (string[])[$"{e.Position}", Screen.Time(e.At), e.Kind, e.Sentence, BecauseOf(e.Cause)]));
    }

    private static string BecauseOf(CauseAnswer? cause) => cause switch
    {
        null => "",
        { Position: { } position } => $"{position}: {cause.Description}",
        _ => cause.Description,
    };

    private static string PathOf(string subject) => subject switch
    {
        _ when subject.StartsWith("chain/", StringComparison.Ordinal) => $"chain/{Uri.EscapeDataString(subject[6..])}",
        _ when long.TryParse(subject, out var node) => $"node/{node}",
        _ => $"chain/{Uri.EscapeDataString(subject)}",
    };
}
