using Skale.Contracts;
using Skale.Scheduler.Domain;
using static Skale.Scheduler.Tests.Sample;

namespace Skale.Scheduler.Tests;

/// <summary>Rotations without a named member wander over the whole network and favour nobody.</summary>
public sealed class RotationSpreadTests
{
    private const int NodeCount = 8;
    private const int Rotations = 1600;

    /// <summary>Chi-squared, 7 degrees of freedom, 0.1 %: 24.3. Who left cannot come back at once, so that true draws stay below it more often still.</summary>
    [Fact]
    public void every_node_comes_and_goes_as_often_as_any_other()
    {
        var (state, reports) = (Deciding.Decider.Initial(), 1L);
        Tell(Started with { Policy = Policy with { Replacement = Replacing } });
        for (var node = 0; node < NodeCount; node++)
        {
            Tell(Numbered(Registered(node), state.LastFact + 1));
            Tell(Enrolled(node));
        }

        Tell(Asked("alpha", groupSize: 3));
        Obey();
        var (came, left) = (new int[NodeCount], new int[NodeCount]);
        for (var i = 0; i < Rotations; i++)
        {
            Tell(Rotation("alpha", key: $"{i} "));
            var underway = state.Chains[new("alpha")].Underway!;
            came[underway.New.Value]++;
            left[underway.Old.Value]++;
            Obey();
        }

        Assert.InRange(ChiSquared(came), 0, 24.3);
        Assert.InRange(ChiSquared(left), 0, 24.3);

        void Tell(object input) => Deciding.Run(state, input, Start);

        void Obey()
        {
            while (state.Chains[new("alpha")].Members.Values.FirstOrDefault(m => m.Phase is MemberPhase.Ordered or MemberPhase.RemovalOrdered) is { } member)
            {
                var (node, generation) = (member.Node.Value, state.Nodes[member.Node].Generation);
                Tell(member.Phase == MemberPhase.Ordered ? Runs("alpha", node, ++reports, generation) : Gone("alpha", node, ++reports) with { Generation = generation });
            }
        }
    }

    private static double ChiSquared(int[] counts) => counts.Sum(c => Math.Pow(c - (Rotations / (double)NodeCount), 2) / (Rotations / (double)NodeCount));
}
