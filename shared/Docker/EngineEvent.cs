namespace Skale.Docker;

/// <summary>Something that happened in the engine.</summary>
/// <param name="Type"><c>container</c>, <c>network</c> or <c>volume</c>.</param>
/// <param name="Action"><c>create</c>, <c>start</c>, <c>die</c>, <c>oom</c>, <c>kill</c>, <c>stop</c>, <c>destroy</c>, <c>health_status: healthy</c> and so on.</param>
/// <param name="Id">Of the container or network; the name, for a volume.</param>
/// <param name="Attributes">The labels, the <c>name</c> and what belongs to the action, such as <c>exitCode</c> of a <c>die</c>.</param>
public sealed record EngineEvent(string Type, string Action, string Id, IReadOnlyDictionary<string, string> Attributes, DateTimeOffset At)
{
    public string? Name => Attributes.GetValueOrDefault("name");

    /// <summary>The exit code of a <c>die</c>.</summary>
    public int? ExitCode => Attributes.TryGetValue("exitCode", out var code) && int.TryParse(code, out var number) ? number : null;
}
