using System.CommandLine;
using System.Text.Json;
using Skale.Metrics.Api;

namespace Skale.Cli.Commands;

/// <summary><c>skale events</c>: what was recorded, one line an event.</summary>
internal static class EventsCommand
{
    private const int PerAnswer = 500;

    public static Command Create()
    {
        var after = new Option<long>("--after") { Description = "Only events behind this position." };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what happens next, until Ctrl-C." };
        var events = new Command("events", "Every event of the scheduler's log, in order.") { after, follow, ApiClient.UrlOption, Screen.JsonOption };
        events.SetAction((arguments, cancellation) => ApiClient.Run(
            arguments, api => Show(api, arguments.GetValue(after), arguments.GetValue(follow), arguments.GetValue(Screen.JsonOption), cancellation), cancellation));
        return events;
    }

    private static async Task Show(ApiClient api, long after, bool follow, bool json, CancellationToken cancellation)
    {
        if (!json)
        {
            Screen.SimulatedBanner((await api.Get<StatusAnswer>("api/status", cancellation)).Simulated);
        }

        while (await api.Get<EventAnswer[]>($"api/events?after={after}&limit={PerAnswer}", cancellation) is { Length: > 0 } page)
        {
            Array.ForEach(page, e => Print(e, json));
            after = page[^1].Position;
        }

        while (follow)
        {
            await foreach (var data in api.Follow($"api/events/stream?after={after}", cancellation))
            {
                var e = JsonSerializer.Deserialize<EventAnswer>(data, ApiClient.Json)!;
                Print(e, json);
                after = e.Position;
            }

            await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
        }
    }

    private static void Print(EventAnswer e, bool json)
    {
        if (json)
        {
            Screen.Json(e, indented: false);
        }
        else
        {
            Console.WriteLine($"{e.Position,8}  {Screen.Time(e.At)}  {e.Kind,-8}  {e.Sentence}");
        }
    }
}
