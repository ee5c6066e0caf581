using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;

namespace Skale.Hosting.Tests;

/// <summary>Wrong options end the process at its start with exit code 2, all problems of all sections at once.</summary>
public sealed class OptionsTests
{
    [Fact]
    public void no_folder_is_watched_for_other_options()
    {
        var files = ((IConfigurationBuilder)SkaleHost.CreateBuilder([]).Configuration).Sources.OfType<FileConfigurationSource>().ToArray();
        Assert.NotEmpty(files);
        Assert.DoesNotContain(files, f => f.ReloadOnChange);
    }

    [Fact]
    public async Task all_problems_of_all_sections_are_listed_at_once()
    {
        var (code, text) = await Start(new() { ["Bus:Prefetch"] = "0", ["Tally:Size"] = "-1" });
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.Equal(
            """
            Cannot start, the options are wrong:
              - Tally:Size is -1.
              - Tally:Name is missing.
              - Store: set exactly one of Store:Journal (a folder) and Store:Postgres (a connection string).
              - Bus: set exactly one of Bus:RabbitMq (amqp://user:password@host:port/vhost) and Bus:InMemory=true.
              - Bus:Prefetch is 0; allowed are 1 to 10,000.

            """,
            text);
    }

    [Theory]
    [InlineData("both", "amqp://a:b@c/d", "true", "Bus: set exactly one of")]
    [InlineData("scheme", "http://a", null, "Bus:RabbitMq is not an address of the form amqp://")]
    [InlineData("no address", "rabbit", null, "Bus:RabbitMq is not an address of the form amqp://")]
    public async Task a_wrong_bus_is_named(string why, string rabbit, string? memory, string problem)
    {
        var (code, text) = await Start(new() { ["Bus:RabbitMq"] = rabbit, ["Bus:InMemory"] = memory, ["Store:Journal"] = "x", ["Tally:Size"] = "1", ["Tally:Name"] = "n" });
        Assert.True(code == ExitCodes.BadInput, why);
        Assert.Contains(problem, text, StringComparison.Ordinal);
        Assert.Single(text.Split('\n'), line => line.StartsWith("  - ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Orders:SigningKey")]
    [InlineData("Facts:SigningKey")]
    public async Task a_signing_key_that_cannot_be_read_is_named(string option)
    {
        var (code, text) = await Start(new() { [option] = "nowhere.key", ["Bus:InMemory"] = "true", ["Store:Journal"] = "x", ["Tally:Size"] = "1", ["Tally:Name"] = "n" });
        Assert.Equal(ExitCodes.BadInput, code);
        Assert.StartsWith($"  - {option}: nowhere.key: ", Assert.Single(text.Split('\n'), line => line.StartsWith("  - ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Text)> Start(Dictionary<string, string?> settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddCheckedOptions<TallyOptions>("Tally", o => o.Problems());
        var (before, said) = (Console.Error, new StringWriter());
        Console.SetError(said);
        try
        {
            return (await builder.AddSkale().Build().MapSkale().RunSkale(), said.ToString());
        }
        finally
        {
            Console.SetError(before);
        }
    }

    private sealed class TallyOptions
    {
        public int Size { get; set; }

        public string Name { get; set; } = "";

        public IEnumerable<string> Problems()
        {
            if (Size < 0)
            {
                yield return $"Tally:Size is {Size}.";
            }

            if (Name.Length == 0)
            {
                yield return "Tally:Name is missing.";
            }
        }
    }
}
