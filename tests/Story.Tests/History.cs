using Skale.Metrics.Api;

namespace Skale.Story.Tests;

/// <summary>What the history of one removed chain must look like, whatever was killed on the way.</summary>
internal static class History
{
    private static readonly string[] Once = ["chain_bought", "group_chosen", "creation_completed", "chain_deleted", "removal_completed"];
    private static readonly string[] PerMember = ["subnode_removal_ordered", "subnode_removed", "slices_released"];

    /// <summary>How many orders to run a subnode the events are: one event may be several.</summary>
    public static int Orders(IEnumerable<EventAnswer> entries) =>
        entries.Sum(e => e.Type == "subnodes_ordered" ? e.Data.GetProperty("Orders").GetArrayLength() : e.Type == "subnode_ordered" ? 1 : 0);

    /// <summary>Every step is there exactly once, in order, with its cause.</summary>
    public static async Task IsWhole(StackFixture fixture, string chain, int members)
    {
        var entries = (await fixture.Get<HistoryAnswer>($"api/history/chain/{chain}")).Entries;
        var counts = entries.CountBy(e => e.Type).ToDictionary();
        Assert.All(Once, type => Assert.True(counts.GetValueOrDefault(type) == 1, $"{type}: {counts.GetValueOrDefault(type)} times in the history of {chain}"));
        Assert.All(PerMember, type => Assert.True(counts.GetValueOrDefault(type) == members, $"{type}: {counts.GetValueOrDefault(type)} times in the history of {chain}"));
        Assert.Equal(members, Orders(entries));
        Assert.All(entries, e => Assert.True(e.Cause is not null, $"position {e.Position} ({e.Type}) has no cause"));
        Assert.All(entries.Where(e => e.Type == "subnode_removed"), e => Assert.True(e.Cause!.Position is not null, $"position {e.Position} does not name the order it answers"));
        Assert.Equal(entries.Select(e => e.Position).Order(), entries.Select(e => e.Position));
        Assert.Equal(entries.Select(e => e.Id).Distinct().Count(), entries.Count);
    }
}
