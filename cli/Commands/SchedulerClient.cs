using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Skale.Cli.Commands;

/// <summary>Where the scheduler's API is and with which token: <c>skale up</c> serves it beside the page, a scheduler of its own at its own address.</summary>
internal static class SchedulerClient
{
    public static Option<string?> UrlOption { get; } = new("--scheduler") { Description = "Address of the scheduler's API (or SKALE_SCHEDULER_URL). Default: that of the page and API.", Recursive = true };

    public static Option<string?> TokenOption { get; } = new("--token") { Description = "Its Scheduler:ApiToken (better: SKALE_TOKEN; others see your arguments).", Recursive = true };

    /// <summary>A member that nobody knows is a mistake in the file.</summary>
    public static JsonSerializerOptions Json { get; } = new(ApiClient.Json) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectRequiredConstructorParameters = true };

    public static Task<int> Run(ParseResult arguments, Func<ApiClient, Task> command, CancellationToken cancellation) => ApiClient.Run(
        arguments.GetValue(UrlOption) ?? Environment.GetEnvironmentVariable("SKALE_SCHEDULER_URL"), arguments.GetValue(TokenOption) ?? Environment.GetEnvironmentVariable("SKALE_TOKEN"), command, cancellation);
}
