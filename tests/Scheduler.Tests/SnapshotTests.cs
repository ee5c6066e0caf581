using Skale.EventStore;
using Skale.Scheduler.Domain;
using Skale.Servers;

namespace Skale.Scheduler.Tests;

/// <summary>A network that was kept and read again is the one that all its events give, and goes on like it.</summary>
public sealed class SnapshotTests
{
    private const int SeedCount = 100;
    private static readonly NetworkCodec Codec = new();

    [Fact]
    public void a_network_read_again_is_the_fold_and_decides_the_same_from_there_on() => Seeds.ForEach(SeedCount, seed =>
    {
        var restores = new Random(seed);
        var (folded, restored) = (Deciding.Decider.Initial(), Deciding.Decider.Initial());
        foreach (var (input, now, recorded) in NetworkPropertyTests.Live(seed))
        {
            if (restores.Next(10) == 0)
            {
                restored = Copy(restored);
                Assert.Equal("", Alike.Difference(Settled(folded), restored));
            }

            Assert.Equal(recorded.Select(Spec.Text), Try(restored, input, now).Select(Spec.Text));
            foreach (var stored in recorded)
            {
                Deciding.Decider.Evolve(folded, stored);
            }
        }
    });

    [Fact]
    public void what_no_random_network_holds_is_kept_too() => Assert.All(RareNetworks.All, network => Assert.Equal("", Alike.Difference(Settled(network), Copy(network))));

    /// <summary>What stays at its default everywhere would be equal even if it were forgotten.</summary>
    [Fact]
    public void the_networks_here_give_every_member_of_the_state_a_value()
    {
        // Only the scheduler's own choices have a digest, and those are not computed again.
        string[] never = ["PlacementEvidence.CandidatesDigest"];
        var members = new MembersSeen();
        foreach (var network in RareNetworks.All)
        {
            members.Look(network);
        }

        foreach (var seed in Enumerable.Range(1, 60))
        {
            var state = Deciding.Decider.Initial();
            foreach (var (decision, at) in NetworkPropertyTests.Live(seed).Select((d, i) => (d, i)))
            {
                foreach (var stored in decision.Events)
                {
                    Deciding.Decider.Evolve(state, stored);
                }

                if (at % 20 == 0)
                {
                    members.Look(state);
                }
            }
        }

        Assert.Equal(string.Join(", ", never), string.Join(", ", members.AlwaysDefault));
    }

    [Fact]
    public void the_state_goes_on_while_its_fork_is_written()
    {
        var history = NetworkPropertyTests.Live(7).SelectMany(d => d.Events).ToArray();
        var state = Deciding.Fold(history[..(history.Length / 2)]);
        var fork = Codec.Fork(state);
        foreach (var stored in history[(history.Length / 2)..])
        {
            Deciding.Decider.Evolve(state, stored);
        }

        Assert.Equal("", Alike.Difference(Settled(Deciding.Fold(history[..(history.Length / 2)])), Copy(fork)));
    }

    [Fact]
    public void every_damaged_byte_and_every_missing_one_is_noticed()
    {
        var whole = new MemoryStream();
        var state = Deciding.Fold(NetworkPropertyTests.Live(3).Take(40).SelectMany(d => d.Events));
        SnapshotFile.Write(whole, new("scheduler", 40, Guid.NewGuid(), Codec.Format), new Dictionary<string, long> { ["network"] = 3 }, state, Codec);
        var bytes = whole.ToArray();
        Assert.Equal(40, SnapshotFile.Open(new MemoryStream(bytes)).Label.Position);
        for (var i = 0; i < bytes.Length; i += 97)
        {
            byte[] damaged = [.. bytes];
            damaged[i] ^= 1;
            Assert.Throws<InvalidDataException>(() => SnapshotFile.Open(new MemoryStream(damaged)));
            Assert.Throws<InvalidDataException>(() => SnapshotFile.Open(new MemoryStream(bytes[..i])));
        }
    }

    private static Network Copy(Network network)
    {
        var bytes = new MemoryStream();
        var pack = new PackWriter(bytes);
        Codec.Write(pack, network);
        pack.Flush();
        bytes.Position = 0;
        return Codec.Read(new PackReader(bytes));
    }

    /// <summary>Without what the next input clears away before it is decided.</summary>
    private static Network Settled(Network network)
    {
        network.OpenDecision();
        return network;
    }

    private static IReadOnlyList<object> Try(Network state, object input, DateTimeOffset now)
    {
        try
        {
            return Deciding.Run(state, input, now);
        }
        catch (ImpossibleInputException)
        {
            return [];
        }
    }
}
