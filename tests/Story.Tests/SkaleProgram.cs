using System.Text.Json;
using Skale.Servers;

namespace Skale.Story.Tests;

/// <summary>The built <c>skale</c> command, run as a process as its users run it.</summary>
internal static class SkaleProgram
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static ServerProcess Start(params string[] arguments) => Start(null, null, arguments);

    /// <summary>Runs a command to its end.</summary>
    public static Task<(int Code, string Output)> Run(params string[] arguments) => RunIn(null, null, arguments);

    /// <summary>As above, in a folder and with variables of its own.</summary>
    public static async Task<(int Code, string Output)> RunIn(string? folder, IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        await using var process = Start(folder, environment, arguments);
        await process.WaitForExit(Limit);
        return (process.ExitCode, process.Output);
    }

    /// <summary>What a command prints that must succeed.</summary>
    public static async Task<string> Output(params string[] arguments)
    {
        var (code, output) = await Run(arguments);
        Assert.True(code == 0, $"skale {string.Join(' ', arguments)} ended with {code}: {output}");
        return output;
    }

    /// <summary>As above, with <c>--json</c>.</summary>
    public static async Task<JsonElement> Json(params string[] arguments) => JsonDocument.Parse(await Output([.. arguments, "--json"])).RootElement;

    private static ServerProcess Start(string? folder, IReadOnlyDictionary<string, string>? environment, string[] arguments) =>
        ServerProcess.Start(Repository.Program("cli", "skale"), arguments, environment, folder);
}
