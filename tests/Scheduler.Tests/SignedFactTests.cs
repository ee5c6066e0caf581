using MassTransit;
using Skale.Contracts;
using Skale.EventStore;
using Skale.Servers;
using static Skale.Scheduler.Tests.SignedMessages;

namespace Skale.Scheduler.Tests;

/// <summary>A scheduler that knows ChainWatcher's key believes of the contract what is signed with it, whoever can publish on the bus.</summary>
public sealed class SignedFactTests : IDisposable
{
    private readonly string folder = Repository.NewFolder("facts");
    private readonly string key;
    private readonly string next;

    public SignedFactTests() => (key, next) = (NewKey(folder, "facts", "test/facts"), NewKey(folder, "next", "test/facts"));

    [Theory]
    [InlineData("facts")]
    [InlineData("next")]
    public async Task a_fact_signed_with_a_known_key_is_taken_and_its_repeat_changes_nothing(string file)
    {
        await using var bus = await StartChecked();
        var (bought, sign) = (await Bought(bus, "beta"), Path.Combine(folder, $"{file}.key"));
        var id = Guid.NewGuid();
        await bus.Taken(bought, c => Sign(c, bought, sign, id));
        Assert.True(await Knows(bus, "beta"));
        var before = await bus.Scheduler.Log.Read(n => n.Recorded);
        await bus.Heard(bought, c => Sign(c, bought, sign, id));
        Assert.Equal(before, await bus.Scheduler.Log.Read(n => n.Recorded));
        Assert.DoesNotContain("skale_scheduler_facts_unchecked_total", bus.Metrics(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task a_fact_without_a_signature_changes_nothing_and_keeps_nobodys_place()
    {
        await using var bus = await StartChecked();
        await bus.Refused(await Bought(bus, "evil"), null, "is not signed", "unsigned");
        var bought = await Bought(bus, "beta");
        await bus.Taken(bought, SignedFact(bought, key));
        Assert.Equal((true, false), (await Knows(bus, "beta"), await Knows(bus, "evil")));
    }

    public static TheoryData<string, Func<ChainBought, IFact>> Forgeries { get; } = new()
    {
        { "another name", e => e with { Chain = new("alpha") } },
        { "another group", e => e with { Group = [new(1)] } },
        { "another number", e => e with { Origin = e.Origin with { Number = e.Origin.Number + 1 } } },
        { "another network's", e => e with { Origin = e.Origin with { Network = "other" } } },
        { "another kind", e => new ChainDeleted(e.Origin, e.Chain, e.ChainHash, e.Owner) },
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task a_signature_is_good_for_its_own_fact_only(string what, Func<ChainBought, IFact> signed)
    {
        Assert.NotEmpty(what);
        await using var bus = await StartChecked();
        var bought = await Bought(bus, "evil");
        await bus.Refused(bought, SignedFact(signed(bought), key), "is not what was signed", "forged");
        Assert.False(await Knows(bus, "evil"));
    }

    [Fact]
    public async Task a_signature_is_good_for_its_own_message_and_correlation_only()
    {
        await using var bus = await StartChecked();
        var bought = await Bought(bus, "evil");
        await bus.Refused(bought, SignedFact(bought, key) + (c => c.MessageId = Guid.NewGuid()), "is not what was signed", "forged");
        await using var second = await StartChecked();
        await second.Refused(bought, SignedFact(bought, key) + (c => c.CorrelationId = Guid.NewGuid()), "is not what was signed", "forged");
    }

    [Fact]
    public async Task neither_a_made_up_key_nor_an_agents_signature_is_believed()
    {
        await using var bus = await StartChecked();
        var bought = await Bought(bus, "evil");
        await bus.Refused(bought, SignedFact(bought, NewKey(folder, "made-up", "test/facts")), "is not signed by test/facts+", "forged");
        await using var second = await StartChecked();
        await second.Refused(bought, Signed(bought, key), "is not signed", "unsigned");
    }

    [Fact]
    public async Task what_stands_in_no_order_is_checked_as_well()
    {
        var differs = new ManagerDiffers(Sample.NetworkName, "node 3", "free units", "128", "120", Silent: false, 7, "0xb", Sample.Start);
        var gone = new ManagerDifferenceGone(Sample.NetworkName, "node 3", "free units", 8, "0xc", Sample.Start.AddMinutes(1));
        await using var bus = await StartChecked();
        await bus.Refused(differs, null, "is not signed", "unsigned");
        await bus.Refused(differs, SignedFact(differs with { Answered = "121" }, key), "is not what was signed", "forged");
        await bus.Taken(differs, SignedFact(differs, key));
        await using var second = await StartChecked();
        await second.Refused(gone, null, "is not signed", "unsigned");
        await second.Taken(gone, SignedFact(gone, key));
        await using var third = await StartChecked();
        var last = await third.Scheduler.Log.Read(n => n.LastFact);
        var retracted = Sample.Retracted(last + 1, last);
        await third.Refused(retracted, null, "is not signed", "unsigned");
        await third.Taken(retracted, SignedFact(retracted, key));
    }

    [Fact]
    public async Task without_a_known_key_facts_are_believed_and_counted()
    {
        await using var bus = await Start();
        await bus.Taken(await Bought(bus, "beta"));
        Assert.True(await Knows(bus, "beta"));
        Assert.Contains("skale_scheduler_facts_unchecked_total 1", bus.Metrics(), StringComparison.Ordinal);
    }

    [Fact]
    public void without_a_key_a_scheduler_that_demands_signed_facts_does_not_start()
    {
        Assert.Contains(new SchedulerOptions { Network = "test", DemandSignedFacts = true }.Problems(), p => p.StartsWith("Scheduler:DemandSignedFacts is true", StringComparison.Ordinal));
        Assert.Contains(new SchedulerOptions { Network = "test", WatcherKeys = "nonsense" }.Problems(), p => p.Contains("'nonsense' is not a verifier key", StringComparison.Ordinal));
        Assert.Empty(new SchedulerOptions { Network = "test", DemandSignedFacts = true, WatcherKeys = Keys }.Problems());
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string Keys => string.Join(", ", new[] { key, next }.Select(file =>
    {
        using var loaded = SealingKey.Load(file);
        return $"{loaded.Verifier}";
    }));

    private Task<SignedMessages> StartChecked() => Start(settings: [("Scheduler:DemandSignedFacts", "true"), ("Scheduler:WatcherKeys", Keys)]);

    /// <summary>The fact that the scheduler would take next.</summary>
    private static async Task<ChainBought> Bought(SignedMessages bus, string chain) => (ChainBought)Sample.Numbered(Sample.Bought(chain), await bus.Scheduler.Log.Read(n => n.LastFact) + 1);

    private static void Sign(PublishContext context, ChainBought bought, string file, Guid id)
    {
        context.MessageId = id;
        SignedFact(bought, file)(context);
    }

    private static Task<bool> Knows(SignedMessages bus, string chain) => bus.Scheduler.Log.Read(n => n.Chains.ContainsKey(new(chain)));
}
