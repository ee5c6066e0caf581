using System.Text.Json;
using Skale.Servers;

namespace Skale.Story.Tests;

/// <summary><c>skale audit prove</c>, <c>verify-proof</c> and <c>consistency</c>, and <c>skale store restore</c>, on the sealed logs of a real story.</summary>
public sealed class ProofCommandTests(KeptStory story) : IClassFixture<KeptStory>
{
    private const int Failed = 1, BadInput = 2, Unreachable = 3, NotFound = 5;
    private readonly string[] journal = ["--journal", story.Logs];

    [Fact]
    public async Task a_stranger_checks_that_an_event_was_recorded()
    {
        var bought = story.First("chain_bought", "chain-alpha");
        var (position, id) = (bought.GetProperty("Position").GetInt64(), bought.GetProperty("Id").GetString()!);
        var file = New("proof");
        Assert.Contains($"position {position}: chain_bought", await SkaleCommand.Output(["audit", "prove", id, "--out", file, .. journal]));
        await ServerProcess.Run("sh", ["-c", "\"$0\" audit prove \"$1\" --journal \"$2\" > \"$3\"", Repository.Program("cli", "skale"), $"{position}", story.Logs, $"{file}.piped"], Wait.Patience);
        Assert.Equal(await File.ReadAllBytesAsync(file), await File.ReadAllBytesAsync($"{file}.piped"));

        var alone = await SkaleCommand.Output("audit", "verify-proof", file);
        Assert.Contains("PROVEN", alone);
        Assert.Contains("vouch for themselves", alone);
        Assert.Contains("\"Chain\":\"alpha\"", alone.Replace(" ", "", StringComparison.Ordinal));
        var proof = (await SkaleCommand.Json("audit", "verify-proof", file)).GetProperty("proof");
        Assert.Equal(position, proof.GetProperty("event").GetProperty("position").GetInt64());

        var key = proof.GetProperty("keys")[0].GetString()!;
        Assert.True((await SkaleCommand.Json("audit", "verify-proof", file, "--key", key)).GetProperty("keyPinned").GetBoolean());
        var (code, output) = await SkaleCommand.Run("audit", "verify-proof", file, "--checkpoint", Held);
        // A story that was over within a second has one checkpoint, and the proof is under it.
        var isUnderHeld = (await File.ReadAllTextAsync(file)).Contains(string.Join('\n', (await File.ReadAllLinesAsync(Held))[..4]), StringComparison.Ordinal);
        Assert.Equal(isUnderHeld ? 0 : Failed, code);
        Assert.Contains(isUnderHeld ? "PROVEN" : "is none of those in the proof", output);
        await SkaleCommand.Output(["audit", "prove", id, "--out", file, "--checkpoint", Held, .. journal]);
        Assert.Contains("PROVEN", await SkaleCommand.Output("audit", "verify-proof", file, "--checkpoint", Held));
    }

    [Fact]
    public async Task a_forged_proof_and_a_stranger_s_key_prove_nothing()
    {
        var file = New("forged");
        await SkaleCommand.Output(["audit", "prove", "7", "--out", file, .. journal]);
        await SkaleCommand.Output("audit", "keygen", "--out", $"{file}.key", "--name", "example.org/other");
        var (code, output) = await SkaleCommand.Run("audit", "verify-proof", file, "--key", $"{file}.key.pub");
        Assert.Contains("NOT PROVEN", output);
        Assert.Contains("the trusted key example.org/other", output);
        Assert.Equal(Failed, code);

        var text = await File.ReadAllTextAsync(file);
        await File.WriteAllTextAsync(file, text.Replace("\"At\":\"2", "\"At\":\"1", StringComparison.Ordinal));
        (code, output) = await SkaleCommand.Run("audit", "verify-proof", file);
        Assert.Contains("the path does not lead from this event, as number 7", output);
        Assert.Equal(Failed, code);
        Assert.False(JsonDocument.Parse((await SkaleCommand.Run("audit", "verify-proof", file, "--json")).Output).RootElement.GetProperty("proven").GetBoolean());
    }

    [Fact]
    public async Task the_log_extends_what_somebody_kept_of_it()
    {
        var seals = (await File.ReadAllTextAsync(Path.Combine(story.Logs, "scheduler", "seals"))).Split("\n\n");
        var (old, file) = (New("old"), New("consistency"));
        await File.WriteAllTextAsync(old, $"{seals[0]}\n\n{seals[1].Split('\n')[0]}\n");
        string[] checkpoints = ["audit", "consistency", old, Held];
        Assert.Contains($"to {story.Events.Length} events", await SkaleCommand.Output([.. checkpoints, "--out", file, .. journal]));
        Assert.Contains("was only appended to", await SkaleCommand.Output("audit", "verify-proof", file, "--checkpoint", old));
        Assert.Equal("consistency", (await SkaleCommand.Json("audit", "verify-proof", file)).GetProperty("proof").GetProperty("kind").GetString());

        var (code, output) = await SkaleCommand.Run(["audit", "consistency", Held, old, .. journal]);
        Assert.Equal(seals.Length > 2 ? BadInput : 0, code); // a short story may have been sealed once
        var forged = story.CopyWith("rewritten", line => line.Replace("chain_bought", "chain_sought", StringComparison.Ordinal));
        File.Copy(Path.Combine(story.Logs, "scheduler", "keys"), Path.Combine(forged, "keys"));
        (code, output) = await SkaleCommand.Run([.. checkpoints, "--journal", forged]);
        Assert.Contains("NOT PROVEN: Log 'scheduler' is not what was sealed", output);
        Assert.Equal(Failed, code);
    }

    [Fact]
    public async Task a_log_is_restored_into_an_empty_store_and_into_no_other()
    {
        var (export, store) = (New("export"), New("store"));
        await SkaleCommand.Output(["audit", "export", "--out", export, .. journal]);
        var answer = await SkaleCommand.Json("store", "restore", export, "--journal", store, "--log", "scheduler");
        Assert.Equal((story.Events.Length, story.Events.Length), (answer.GetProperty("events").GetInt32(), answer.GetProperty("lastCheckpointSize").GetInt32()));
        Assert.Contains("VERIFIED", await SkaleCommand.Output("audit", "verify", Path.Combine(store, "scheduler"), "--checkpoint", Held));
        Assert.Contains("Everything is decided as in history.", await SkaleCommand.Output("audit", "replay", "--journal", store));

        var (code, output) = await SkaleCommand.Run("store", "restore", export, "--journal", store, "--log", "scheduler");
        Assert.Contains($"is not empty ({story.Events.Length} events)", output);
        Assert.Contains($"move {Path.Combine(store, "scheduler")} away, and restore again", output);
        Assert.Equal(Failed, code);

        // The journal itself will do, with how far it was published.
        var direct = New("direct");
        await SkaleCommand.Output("store", "restore", Path.Combine(story.Logs, "scheduler"), "--journal", direct, "--log", "scheduler");
        var relay = Path.Combine("scheduler", "checkpoints", "relay.checkpoint");
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(story.Logs, relay)), await File.ReadAllTextAsync(Path.Combine(direct, relay)));
    }

    [Fact]
    public async Task from_postgres_a_log_comes_back_as_the_same_export()
    {
        await using var server = await PostgresServer.Start();
        var database = await server.NewDatabase();
        var (export, back) = (New("export"), New("back"));
        await SkaleCommand.Output(["audit", "export", "--out", export, .. journal, "--log", "node-1"]);
        string[] restore = ["store", "restore", export, "--postgres", database.Service, "--log", "node-1"];
        var (code, output) = await SkaleCommand.Run(restore);
        Assert.Contains("its tables are missing in schema node_1", output);
        Assert.Equal(NotFound, code);

        await SkaleCommand.Output("store", "migrate", "--owner", database.Owner, "--log", "node-1");
        Assert.Contains("checkpoints and 1 keys restored", await SkaleCommand.Output(restore));
        await SkaleCommand.Output("audit", "export", "--out", back, "--postgres", database.Reader, "--log", "node-1");
        foreach (var file in Directory.GetFiles(export))
        {
            Assert.Equal(await File.ReadAllBytesAsync(file), await File.ReadAllBytesAsync(Path.Combine(back, Path.GetFileName(file))));
        }

        (code, output) = await SkaleCommand.Run(restore);
        Assert.Contains("drop schema node_1 cascade", output);
        Assert.Equal(Failed, code);
    }

    [Theory]
    [InlineData(BadInput, "is neither an event id", "audit", "prove", "x")]
    [InlineData(NotFound, "holds no position 99999", "audit", "prove", "99999")]
    [InlineData(NotFound, "holds no event 00000000-0000-4000-8000-000000000000", "audit", "prove", "00000000-0000-4000-8000-000000000000")]
    [InlineData(NotFound, "There is no file", "audit", "prove", "1", "--checkpoint", "/no/such/file")]
    [InlineData(NotFound, "There is no file", "audit", "consistency", "/no/such/file", "/no/such/file")]
    [InlineData(BadInput, "Give --log NAME", "store", "restore", ".")]
    [InlineData(NotFound, "/no/such/folder", "store", "restore", "/no/such/folder", "--log", "scheduler")]
    public async Task wrong_arguments_say_what_is_wrong(int expected, string reason, params string[] arguments)
    {
        var (code, output) = await SkaleCommand.Run([.. arguments, .. journal]);
        Assert.Contains(reason, output);
        Assert.Equal(expected, code);
    }

    [Theory]
    [InlineData(NotFound, "There is no file", "/no/such/file")]
    [InlineData(BadInput, "is no proof", "/etc/hostname")]
    [InlineData(BadInput, "is not a verifier key", "/etc/hostname", "--key", "nonsense")]
    public async Task a_file_that_is_no_proof_is_told_apart_from_one_that_proves_nothing(int expected, string reason, params string[] arguments)
    {
        var (code, output) = await SkaleCommand.Run(["audit", "verify-proof", .. arguments]);
        Assert.Contains(reason, output);
        Assert.Equal(expected, code);
    }

    [Fact]
    public async Task a_store_that_does_not_answer_ends_with_3()
    {
        var (code, _) = await SkaleCommand.Run(
            "store", "restore", Path.Combine(story.Logs, "scheduler"), "--log", "scheduler", "--postgres", $"Host=127.0.0.1;Port={Repository.FreePort()};Username=x");
        Assert.Equal(Unreachable, code);
    }

    private string Held => Directory.GetFiles(story.Data, "scheduler.checkpoint", SearchOption.AllDirectories).Single();

    private string New(string name) => Path.Combine(story.Data, $"{name}-{Guid.NewGuid():N}");
}
