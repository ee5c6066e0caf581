using System.Text.Json;
using Skale.Contracts;
using Skale.Scheduler.Domain;
using Skale.Servers;

namespace Skale.Scheduler.Tests;

/// <summary>
/// Random networks under random inputs. A failure prints its seed; <c>SKALE_SEED=17</c> runs that one alone.
/// </summary>
public sealed class NetworkPropertyTests
{
    private const int SeedCount = 100;
    private const int Steps = 300;

    [Fact]
    public void the_invariants_hold_after_every_event() => Seeds.ForEach(SeedCount, seed => _ = Live(seed, new Ledger().Note));

    [Fact]
    public void a_restart_at_any_point_finds_the_same_state_and_decides_the_same() => Seeds.ForEach(SeedCount, seed =>
    {
        var restarts = new Random(seed);
        var withRestarts = Live(seed, restart: () => restarts.Next(15) == 0);
        Assert.Equal(Text(Live(seed)), Text(withRestarts));
    });

    [Fact]
    public void after_every_decision_each_member_was_told_of_all_others_where_they_are() => Seeds.ForEach(SeedCount, seed =>
    {
        var state = Deciding.Decider.Initial();
        foreach (var (input, now, _) in Live(seed))
        {
            Try(state, input, now);
            foreach (var (chain, member) in state.Chains.Values.Where(c => c.HasGroup).SelectMany(c => c.Members.Values.Where(m => m.HasOrder).Select(m => (c, m))))
            {
                var others = chain.Members.Values.Where(m => m.Node != member.Node && m.Phase != MemberPhase.RemovalOrdered)
                    .Select(m => (m.Node, state.Nodes[m.Node].Ip, state.Nodes[m.Node].FirstPortOf(m.Slot)));
                Assert.Equal(others, (member.Subnode!.Peers ?? []).Select(p => (p.Node, p.Address, p.FirstPort)));
            }
        }
    });

    [Fact]
    public void the_same_inputs_decided_twice_give_the_same_events() => Seeds.ForEach(SeedCount, seed =>
    {
        var live = Live(seed);
        var again = Deciding.Decider.Initial();
        Assert.Equal(Text(live), Text([.. live.Select(d => d with { Events = Try(again, d.Input, d.Now) })]));
    });

    [Fact]
    public void history_decided_again_from_its_recorded_inputs_gives_itself() => Seeds.ForEach(SeedCount, seed =>
    {
        var again = Deciding.Decider.Initial();
        foreach (var (_, now, recorded) in Live(seed).Where(d => d.Events.Count > 0))
        {
            Assert.True(StoredEvents.IsInput(recorded[0]) && !recorded.Skip(1).Any(StoredEvents.IsInput), "a decision begins with its input and holds no other");
            Assert.Equal(recorded.Select(Spec.Text), Deciding.Run(again, recorded[0], now).Select(Spec.Text));
        }
    });

    /// <summary>Level-triggered: whoever could go on has gone on, so a start that looks at everybody finds nothing to do.</summary>
    [Fact]
    public void nothing_is_left_to_do_after_an_input() => Seeds.ForEach(SeedCount, seed =>
    {
        var events = new List<object>();
        foreach (var (_, now, recorded) in Live(seed))
        {
            events.AddRange(recorded);
            if (events.Count % 10 == 0 && Deciding.Fold(events) is var state && !(state.NextDeadline <= now))
            {
                Assert.Single(Deciding.Run(state, Sample.Started with { Policy = state.Policy }, now));
            }
        }
    });

    [Fact]
    public void the_random_inputs_reach_every_stored_event()
    {
        var seen = Enumerable.Range(1, SeedCount).SelectMany(seed => Live(seed)).SelectMany(d => d.Events).Select(e => e.GetType()).ToHashSet();
        Assert.Empty(StoredTypes.All.Except(seen).Select(t => t.Name));
    }

    internal sealed record Decision(object Input, DateTimeOffset Now, IReadOnlyList<object> Events);

    internal static List<Decision> Live(int seed, Action<Network, object>? afterEach = null, Func<bool>? restart = null)
    {
        var inputs = new RandomInputs(seed);
        var state = Deciding.Decider.Initial();
        var started = Sample.Started with { Policy = Sample.Policy with { Replacement = seed % 4 == 0 ? null : Sample.Replacing } };
        List<Decision> history = [new(started, Sample.Start, Deciding.Run(state, started, Sample.Start, afterEach))];
        while (history.Count < Steps)
        {
            if (restart?.Invoke() ?? false)
            {
                var folded = Deciding.Fold(history.SelectMany(d => d.Events));
                Assert.Equal(Text(state), Text(folded));
                state = folded;
            }

            var input = inputs.Next(state);
            history.Add(new(input, inputs.Now, Try(state, input, inputs.Now, afterEach)));
        }

        return history;
    }

    /// <summary>Impossible inputs are refused and leave nothing behind.</summary>
    private static IReadOnlyList<object> Try(Network state, object input, DateTimeOffset now, Action<Network, object>? afterEach = null)
    {
        try
        {
            return Deciding.Run(state, input, now, afterEach);
        }
        catch (EventStore.ImpossibleInputException)
        {
            return [];
        }
    }

    private static string Text(IReadOnlyList<Decision> history) => string.Join('\n', history.SelectMany(d => d.Events).Select(Spec.Text));

    /// <summary>All that a network knows, as text: what is not shown here cannot influence a decision.</summary>
    private static string Text(Network n) => JsonSerializer.Serialize(new
    {
        n.Name,
        n.LastFact,
        n.LastOrigin,
        n.Policy,
        n.NextDeadline,
        n.Recorded,
        Requests = n.Requests.OrderBy(r => r.Key).Select(r => Spec.Text(r.Value)),
        n.Contract.Doubt,
        Books = n.Contract.Reliable?.State(),
        Effects = n.Effects.Select(Spec.Text),
        Nodes = n.Nodes.Values.Select(node => new { Node = node with { Reservations = SmallDictionary.Empty<ChainName, Reservation>() }, Reservations = node.Reservations.ToArray() }),
        Chains = n.Chains.Values.OrderBy(c => c.Name).Select(c => new { Chain = c with { Members = SmallDictionary.Empty<NodeId, Member>() }, Members = c.Members.Values.ToArray() }),
        DataReports = n.DataReports.Order().Select(r => $"{r.Node} {r.Report}"),
        Early = n.EarlyEnrolments.Values.OrderBy(e => e.Node),
    });
}
