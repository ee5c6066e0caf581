using System.Text.Json;

namespace Skale.Servers;

/// <summary>The built <c>skale</c> command, run as a process as its users run it.</summary>
public static class SkaleCommand
{
    public static ServerProcess Start(params string[] arguments) => Start(null, null, arguments);

    /// <summary>Runs a command to its end.</summary>
    public static Task<(int Code, string Output)> Run(params string[] arguments) => RunIn(null, null, arguments);

    /// <summary>As above, in a folder and with variables of its own.</summary>
    public static async Task<(int Code, string Output)> RunIn(string? folder, IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        await using var process = Start(folder, environment, arguments);
        await process.WaitForExit(Wait.Patience);
        return (process.ExitCode, process.Output);
    }

    /// <summary>What a command prints that must succeed.</summary>
    /// <exception cref="InvalidOperationException">It did not; names exit code and output.</exception>
    public static async Task<string> Output(params string[] arguments)
    {
        var (code, output) = await Run(arguments);
        return code == 0 ? output : throw new InvalidOperationException($"skale {string.Join(' ', arguments)} ended with {code}: {output}");
    }

    /// <summary>As above, with <c>--json</c>.</summary>
    public static async Task<JsonElement> Json(params string[] arguments) => JsonElement.Parse(await Output([.. arguments, "--json"]));

    /// <summary>As <see cref="Start(string[])"/>, in a folder and with variables of its own.</summary>
    public static ServerProcess Start(string? folder, IReadOnlyDictionary<string, string>? environment, string[] arguments) =>
        ServerProcess.Start(Repository.Program("cli", "skale"), arguments, environment, folder);
}
