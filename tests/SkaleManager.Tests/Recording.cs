using System.IO.Compression;
using System.Text.Json;

namespace Skale.SkaleManager.Tests;

/// <summary>
/// What a real SKALE Manager 1.12.0 did on a local chain: its operations with their results, and its getters at some blocks.
/// <c>SKALE_RECORDING=folder</c> takes another recording of the same form (selection.json, views.json).
/// </summary>
internal static class Recording
{
    private static readonly string? Folder = Environment.GetEnvironmentVariable("SKALE_RECORDING");

    public static JsonElement Selection { get; } = Read("selection.json");

    public static JsonElement Views { get; } = Read("views.json");

    public static int UnitsPerNode => Selection.GetProperty("totalUnitsPerNode").GetInt32();

    public static IReadOnlyList<Operation> Operations { get; } = [.. Selection.GetProperty("operations").EnumerateArray().Select(o => new Operation(o))];

    private static JsonElement Read(string name)
    {
        if (Folder is not null)
        {
            return JsonElement.Parse(File.ReadAllBytes(Path.Combine(Folder, name)));
        }

        using var resource = typeof(Recording).Assembly.GetManifestResourceStream($"{name}.gz") ?? throw new FileNotFoundException(name);
        using var unpacked = new GZipStream(resource, CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        unpacked.CopyTo(bytes);
        return JsonElement.Parse(bytes.ToArray());
    }
}
