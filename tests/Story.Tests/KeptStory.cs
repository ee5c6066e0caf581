using System.Text.Json;
using Skale.Servers;

namespace Skale.Story.Tests;

/// <summary>The logs of a whole story, played once for the tests that read history.</summary>
public sealed class KeptStory : IAsyncLifetime
{
    /// <summary>As <c>skale up</c> makes it.</summary>
    public string Data { get; } = Repository.NewFolder("kept");

    public string Logs => Path.Combine(Data, ".skale", "logs");

    public JsonElement[] Events { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        await SkaleCommand.Output("up", "--once", "--simulate", "--keep", Path.Combine(Data, ".skale"));
        Events = [.. Lines("scheduler").Select(l => JsonDocument.Parse(l).RootElement)];
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Data, recursive: true);
        return ValueTask.CompletedTask;
    }

    public IEnumerable<string> Lines(string log) => Directory.GetFiles(Path.Combine(Logs, log), "*.jsonl").Order(StringComparer.Ordinal).SelectMany(File.ReadLines);

    /// <summary>The first event of a type in a stream.</summary>
    public JsonElement First(string type, string stream) =>
        Events.First(e => e.GetProperty("Type").GetString() == type && e.GetProperty("Stream").GetString() == stream);

    /// <summary>The scheduler's log as one file in a new folder below <see cref="Data"/>, with one line changed.</summary>
    public string CopyWith(string name, Func<string, string> change)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Data, name)).FullName;
        File.WriteAllLines(Path.Combine(folder, "000000000001.jsonl"), Lines("scheduler").Select(change));
        return folder;
    }
}
