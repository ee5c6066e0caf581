using System.Text.Json;
using Skale.Contracts;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler.Tests;

/// <summary>Given what was recorded, when an input comes, then these events follow. A failing test prints its scenario.</summary>
internal sealed class Spec
{
    private readonly List<string> scenario = [];
    private readonly Network state = Deciding.Decider.Initial();
    private object? input;
    private DateTimeOffset now = Sample.Start;
    private bool butPeers;

    private Spec() => Fold([Sample.Started]);

    /// <summary>The scheduler has started and these stored events followed.</summary>
    public static Spec Given(params object[] events) => new Spec().Fold(events);

    /// <summary>The scheduler has started and decided on these inputs, one after the other; facts get their numbers here.</summary>
    public static Spec GivenInputs(params object[] inputs) => new Spec().AndInputs(inputs);

    public Spec AndInputs(params object[] inputs)
    {
        foreach (var given in inputs)
        {
            scenario.AddRange(Deciding.Run(state, Numbered(given), now).Select(e => $"given {Text(e)}"));
        }

        return this;
    }

    public Spec When(object happens, DateTimeOffset? at = null)
    {
        (input, now) = (Numbered(happens), at ?? now);
        scenario.Add($"when  {Text(input)}");
        return this;
    }

    /// <summary>The input is decided and folded, and the scenario goes on.</summary>
    public Spec AndThen() => AndInputs(input!);

    /// <summary>What members are told of each other is not compared, nor how orders are numbered.</summary>
    public Spec ButPeers()
    {
        butPeers = true;
        return this;
    }

    /// <summary>The input is recorded, and these events follow.</summary>
    public void Then(params object[] events) => ThenOnly([input!, .. events]);

    /// <summary>These events are recorded and not the input; what one event says of several nodes is compared node by node.</summary>
    public void ThenOnly(params object[] events)
    {
        string[] actual = [.. Deciding.Run(state, input!, now).SelectMany(StoredEvents.NodeByNode).Where(e => !butPeers || e is not PeersOrdered).Select(Compared)];
        Assert.True(events.Select(Compared).SequenceEqual(actual), string.Join('\n', [.. scenario, .. events.Select(e => $"then  {Compared(e)}"), .. actual.Select(e => $"but   {e}")]));
    }

    public void ThenNothing() => ThenOnly();

    /// <summary>The input is impossible, and the error says so.</summary>
    public void ThenImpossible(string because) => Assert.Contains(because, Assert.ThrowsAny<Exception>(() => Deciding.Run(state, input!, now)).Message, StringComparison.Ordinal);

    /// <summary>The input is recorded with whatever follows; the state is then as asked for.</summary>
    public void ThenState(Action<Network> check)
    {
        Deciding.Run(state, input!, now);
        check(state);
    }

    /// <summary>What is recorded ends with such an event.</summary>
    public void ThenLast<T>(Action<T> check) => check(Assert.IsType<T>(Deciding.Run(state, input!, now)[^1]));

    public static string Text(object e) => $"{e.GetType().Name} {JsonSerializer.Serialize(e, e.GetType())}";

    private string Compared(object e) => Text(!butPeers ? e : e switch
    {
        SubnodeOrdered o => o with { Generation = 0, Subnode = o.Subnode with { Generation = 0, Peers = null } },
        SubnodeRemovalOrdered o => o with { Generation = 0 },
        _ => e,
    });

    private Spec Fold(IReadOnlyList<object> events)
    {
        foreach (var e in events)
        {
            scenario.Add($"given {Text(e)}");
            Deciding.Decider.Evolve(state, e);
        }

        return this;
    }

    private object Numbered(object happens) => happens is IFact { Origin.Number: 0 } fact ? Sample.Numbered(fact, state.LastFact + 1) : happens;
}
