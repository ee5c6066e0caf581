using System.Text.Json.Serialization;

namespace Skale.Docker;

/// <summary>A container in a list.</summary>
public sealed record ContainerSummary
{
    public required string Id { get; init; }

    /// <summary>As the engine has them, with a leading slash.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>What the creator called the image, or its id when that name has moved on.</summary>
    public required string Image { get; init; }

    [JsonPropertyName("ImageID")]
    public required string ImageId { get; init; }

    /// <summary><c>created</c>, <c>running</c>, <c>paused</c>, <c>restarting</c>, <c>removing</c>, <c>exited</c> or <c>dead</c>.</summary>
    public required string State { get; init; }

    /// <summary>For people: <c>Up 2 minutes</c>.</summary>
    public required string Status { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get => field; init => field = value ?? new Dictionary<string, string>(); } = new Dictionary<string, string>();

    /// <summary>Empty unless it runs.</summary>
    public IReadOnlyList<SummaryPort> Ports { get => field; init => field = value ?? []; } = [];

    [JsonIgnore]
    public string Name => Names.Count > 0 ? Names[0].TrimStart('/') : "";

    [JsonIgnore]
    public bool Running => State == "running";
}

/// <param name="PublicPort">On the host; null when the port is exposed and not published.</param>
public sealed record SummaryPort(int? PublicPort);

/// <param name="Warnings">What the engine will not do as asked, such as a limit the kernel lacks. Never ignore them.</param>
public sealed record CreatedContainer(string Id, IReadOnlyList<string>? Warnings);
