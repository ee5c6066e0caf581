using System.Text.Json;
using Skale.Servers;

namespace Skale.Story.Tests;

/// <summary><c>skale audit keygen</c>, <c>export</c> and <c>verify</c> on the sealed logs of a real story.</summary>
public sealed class EvidenceTests(KeptStory story) : IClassFixture<KeptStory>
{
    private const int Failed = 1, BadInput = 2, NotFound = 5;
    private readonly string[] journal = ["--journal", story.Logs];

    [Fact]
    public async Task a_log_is_exported_and_verified_with_a_key_and_a_checkpoint_kept_elsewhere()
    {
        var export = New("whole");
        var summary = await SkaleCommand.Json(["audit", "export", "--out", export, .. journal]);
        Assert.Equal(story.Events.Length, summary.GetProperty("events").GetInt32());
        Assert.Equal(0, summary.GetProperty("unsealed").GetInt32());

        var alone = await SkaleCommand.Output("audit", "verify", export);
        Assert.Contains("VERIFIED", alone);
        Assert.Contains("vouch for themselves", alone);
        var key = (await SkaleCommand.Json("audit", "verify", export)).GetProperty("keys")[0].GetString()!;
        Assert.Contains(key, alone);

        var held = Directory.GetFiles(story.Data, "scheduler.checkpoint", SearchOption.AllDirectories).Single();
        var pinned = await SkaleCommand.Json("audit", "verify", export, "--key", key, "--checkpoint", held);
        Assert.True(pinned.GetProperty("verified").GetBoolean() && pinned.GetProperty("keyPinned").GetBoolean(), $"{pinned}");
        Assert.Equal((1, story.Events.Length), (pinned.GetProperty("checkpointsHeld").GetInt32(), pinned.GetProperty("lastGood").GetProperty("size").GetInt32()));
        await ServerProcess.Run("python3", ["-B", Repository.Path("docs", "audit", "verify.py"), export, "--key", key, "--checkpoint", held], TimeSpan.FromMinutes(1));
        Assert.Contains("VERIFIED", await SkaleCommand.Output("audit", "verify", Path.Combine(story.Logs, "scheduler")));
    }

    [Fact]
    public async Task a_changed_event_ends_with_1_and_its_position()
    {
        var export = New("changed");
        await SkaleCommand.Output(["audit", "export", "--out", export, "--after", "5", .. journal]);
        var file = Directory.GetFiles(export, "*.jsonl").Single();
        var lines = await File.ReadAllLinesAsync(file);
        lines[2] = lines[2].Replace("{\"At\":\"2", "{\"At\":\"1", StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, string.Concat(lines.Select(line => $"{line}\n")));

        var (code, output) = await SkaleCommand.Run("audit", "verify", export);
        Assert.Equal(Failed, code);
        Assert.Contains($"position 8, {file}, line 3: the event was changed", output);
        (code, output) = await SkaleCommand.Run("audit", "verify", export, "--json");
        var finding = JsonDocument.Parse(output).RootElement.GetProperty("findings")[0];
        Assert.Equal((Failed, 8, "Changed"), (code, finding.GetProperty("position").GetInt32(), finding.GetProperty("kind").GetString()));
    }

    [Fact]
    public async Task a_key_is_made_once_and_only_its_owner_may_read_it()
    {
        var file = New("log.key");
        var (code, output) = await SkaleCommand.Run("audit", "keygen", "--out", file, "--name", "example.org/log");
        Assert.Equal(0, code);
        Assert.Contains((await File.ReadAllTextAsync($"{file}.pub")).TrimEnd(), output);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, new FileInfo(file).UnixFileMode);

        var before = await File.ReadAllTextAsync(file);
        (code, output) = await SkaleCommand.Run("audit", "keygen", "--out", file, "--name", "example.org/log");
        Assert.Equal(BadInput, code);
        Assert.Contains("never overwritten", output);
        Assert.Equal(before, await File.ReadAllTextAsync(file));

        var export = New("pinned");
        await SkaleCommand.Output(["audit", "export", "--out", export, .. journal]);
        (code, output) = await SkaleCommand.Run("audit", "verify", export, "--key", $"{file}.pub");
        Assert.Equal(Failed, code);
        Assert.Contains("the trusted key example.org/log", output);
        (code, output) = await SkaleCommand.Run("audit", "export", "--out", export, journal[0], journal[1]);
        Assert.Equal(BadInput, code);
        Assert.Contains("not an empty folder", output);
    }

    [Theory]
    [InlineData(NotFound, "There is no folder", "verify", "/no/such/folder")]
    [InlineData(BadInput, "is not a verifier key", "verify", ".", "--key", "nonsense")]
    [InlineData(NotFound, "There is no file", "verify", ".", "--checkpoint", "/no/such/file")]
    [InlineData(BadInput, "cannot name a key", "keygen", "--out", "k", "--name", "a b")]
    public async Task wrong_arguments_say_what_is_wrong(int expected, string reason, params string[] arguments)
    {
        var (code, output) = await SkaleCommand.Run(["audit", .. arguments]);
        Assert.Contains(reason, output);
        Assert.Equal(expected, code);
    }

    [Fact]
    public async Task a_position_behind_the_end_is_the_askers_mistake()
    {
        var (code, output) = await SkaleCommand.Run(["audit", "export", "--out", New("behind"), "--after", "99999", .. journal]);
        Assert.Equal(BadInput, code);
        Assert.Contains($"positions 1 to {story.Events.Length}", output);
    }

    private string New(string name) => Path.Combine(story.Data, $"{name}-{Guid.NewGuid():N}");
}
