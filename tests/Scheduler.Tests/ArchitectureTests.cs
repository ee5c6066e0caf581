using System.Text.RegularExpressions;
using Skale.Contracts;
using Skale.EventStore;
using Skale.Scheduler.Domain;
using Skale.Servers;

namespace Skale.Scheduler.Tests;

/// <summary>The directions of dependencies, for all services; and the scheduler's storage format.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string[] MayUse =
        ["Skale.Contracts", "Skale.SkaleManager", "Skale.EventStore.IDecider", "Skale.EventStore.ImpossibleInputException", "Skale.EventStore.EventTypes", "Skale.EventStore"];

    public static TheoryData<string> Services => [.. Directory.EnumerateDirectories(Repository.Path("services")).Select(f => Path.GetFileName(f)!)];

    [Theory]
    [MemberData(nameof(Services))]
    public void a_service_references_no_other_service(string service)
    {
        var project = File.ReadAllText(Repository.Path("services", service, $"{service}.csproj"));
        Assert.DoesNotContain("ProjectReference Include=\"../", project.Replace("ProjectReference Include=\"../../shared/", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void a_domain_uses_contracts_and_the_words_of_the_log_alone(string service)
    {
        var faults = from file in Directory.EnumerateFiles(Repository.Path("services", service, "Domain"), "*.cs", SearchOption.AllDirectories)
                     from Match name in OurNames().Matches(File.ReadAllText(file))
                     where !name.Value.StartsWith($"Skale.{service}", StringComparison.Ordinal) && !MayUse.Contains(name.Value)
                     select $"{Path.GetFileName(file)}: {name.Value}";
        Assert.Empty(faults);
    }

    [Fact]
    public void nothing_shared_references_a_service()
    {
        foreach (var project in Directory.EnumerateFiles(Repository.Path("shared"), "*.csproj", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain("services/", File.ReadAllText(project), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void every_stored_type_has_the_name_marten_derives_and_no_name_is_left_over() =>
        Assert.Equal(StoredTypes.All.Select(EventTypes.MartenAlias).Order(), StoredEvents.Types.Aliases.Order());

    [Fact]
    public void every_stored_type_has_a_stream_a_fold_and_an_announcement_decision()
    {
        foreach (var type in StoredTypes.All)
        {
            var (network, stored) = Recorded(type);
            Assert.Matches("^(network|chain-.+|node-.+)$", StoredEvents.StreamOf(stored));
            Deciding.Decider.Evolve(network, stored);
            Assert.True(StoredEvents.Announce(stored) is not { } message || message.GetType().Assembly == typeof(IFact).Assembly);
        }
    }

    [Fact]
    public void a_type_nobody_stores_is_an_error_everywhere()
    {
        Assert.ThrowsAny<Exception>(() => Deciding.Decider.Evolve(Deciding.Decider.Initial(), "stranger"));
        Assert.ThrowsAny<Exception>(() => StoredEvents.StreamOf("stranger"));
        Assert.ThrowsAny<Exception>(() => StoredEvents.Announce("stranger"));
    }

    /// <summary>Names and members are storage format: what this list holds stays. What is new is added to it (<c>SKALE_UPDATE=1</c>).</summary>
    [Fact]
    public void the_storage_format_is_the_checked_in_one()
    {
        var list = Repository.Path("tests", "Scheduler.Tests", "stored-names.txt");
        var present = string.Concat(StoredTypes.All.OrderBy(EventTypes.MartenAlias, StringComparer.Ordinal).Select(Described));
        if (Environment.GetEnvironmentVariable("SKALE_UPDATE") == "1")
        {
            File.WriteAllText(list, present);
        }

        Assert.Equal(File.ReadAllText(list), present);
    }

    [Theory]
    [InlineData("alpha", "chain-alpha")]
    [InlineData("not legal", "chain-not legal")]
    [InlineData("bad\nname", "chain-~")]
    public void a_name_no_store_takes_as_a_key_has_a_stream_all_the_same(string name, string begins)
    {
        var stream = StoredEvents.StreamOf(new CreationRefused(new(name), "", Sample.Start));
        Assert.StartsWith(begins, stream, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', stream);
        Assert.NotEqual(stream, StoredEvents.StreamOf(new CreationRefused(new(name + "2"), "", Sample.Start)));
    }

    [Fact]
    public void stored_events_read_back_as_they_were()
    {
        foreach (var stored in StoredTypes.All.Select(type => Recorded(type).Event))
        {
            var (alias, data) = StoredEvents.Types.Serialize(stored);
            var read = StoredEvents.Types.Deserialize(new StoredEvent(1, Guid.NewGuid(), "x", 1, alias, data, Sample.Start, null, null));
            Assert.Equal(Spec.Text(stored), Spec.Text(read));
        }
    }

    /// <summary>An event of the type as random networks record it, and the state it was recorded on.</summary>
    private static (Network Before, object Event) Recorded(Type type)
    {
        for (var seed = 1; ; seed++)
        {
            var events = NetworkPropertyTests.Live(seed).SelectMany(d => d.Events).ToList();
            if (events.FindIndex(e => e.GetType() == type) is >= 0 and var index)
            {
                return (Deciding.Fold(events.Take(index)), events[index]);
            }

            Assert.True(seed < 240, $"No random network records a {type.Name}.");
        }
    }

    private static string Described(Type type) =>
        $"{EventTypes.MartenAlias(type)}: {string.Join(", ", type.GetConstructors().MaxBy(c => c.GetParameters().Length)!.GetParameters().Select(p => p.Name))}\n";

    [GeneratedRegex(@"\bSkale(\.[A-Z]\w+)+")]
    private static partial Regex OurNames();
}
