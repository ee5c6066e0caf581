using System.CommandLine;
using System.Text.Json;
using Spectre.Console;

namespace Skale.Cli.Commands;

/// <summary>How commands show what they found: a table for people, JSON for programs.</summary>
internal static class Screen
{
    private static readonly JsonSerializerOptions Indented = new(ApiClient.Json) { WriteIndented = true };

    public static Option<bool> JsonOption { get; } = new("--json") { Description = "JSON instead of tables.", Recursive = true };

    public static void Json<T>(T value, bool indented = true) => Console.WriteLine(JsonSerializer.Serialize(value, indented ? Indented : ApiClient.Json));

    /// <summary>A table; every cell is plain text, whatever it holds.</summary>
    public static void Table(string[] heads, IEnumerable<string[]> rows)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var head in heads)
        {
            table.AddColumn(new TableColumn(Markup.Escape(head)).NoWrap());
        }

        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(cell => new Text(cell))]);
        }

        Terminal().Write(table);
    }

    /// <summary>Said on every screen of a rehearsal.</summary>
    public static void SimulatedBanner(bool simulated)
    {
        if (simulated)
        {
            Console.WriteLine("SIMULATED: no containers are run.");
        }
    }

    public static string Time(DateTimeOffset at) => at.ToString("yyyy-MM-dd HH:mm:ss.fff", null);

    // In a pipe there is no width to fit into: lines stay whole, so that grep finds them.
    private static IAnsiConsole Terminal()
    {
        if (Console.IsOutputRedirected)
        {
            var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
            console.Profile.Width = 1000;
            return console;
        }

        return AnsiConsole.Console;
    }
}
