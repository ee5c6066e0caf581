using System.Globalization;
using System.Text.Json;

namespace Skale.SkaleManager.Tests;

/// <summary>What the contract's getters said at some blocks is what the books say there.</summary>
public sealed class RecordedViewsTests
{
    [Fact]
    public void free_space_visibility_places_groups_and_counts_are_those_of_the_getters()
    {
        var books = new PlacementBooks(Recording.UnitsPerNode);
        var operations = new Queue<Operation>(Recording.Operations);
        var snapshots = 0;
        foreach (var snapshot in Recording.Views.GetProperty("snapshots").EnumerateArray().OrderBy(s => s.GetProperty("block").GetInt64()))
        {
            var block = snapshot.GetProperty("block").GetInt64();
            while (operations.TryPeek(out var next) && next.Block <= block)
            {
                operations.Dequeue().Apply(books);
            }

            AssertNodes(snapshot, books, block);
            AssertChains(snapshot, books, block);
            foreach (var count in snapshot.GetProperty("countNodesWithFreeSpace").EnumerateObject())
            {
                Assert.Equal(count.Value.GetInt32(), books.Candidates(int.Parse(count.Name, CultureInfo.InvariantCulture)));
            }

            snapshots++;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{snapshots} snapshots are equal");
        Assert.True(snapshots > 0);
    }

    private static void AssertNodes(JsonElement snapshot, PlacementBooks books, long block)
    {
        var recorded = snapshot.GetProperty("nodes").EnumerateArray().ToList();
        Assert.Equal(recorded.Count, books.NodeCount);
        foreach (var node in recorded)
        {
            var index = node.GetProperty("index").GetInt32();
            Assert.Equal(
                (block, index, node.GetProperty("getFreeSpace").GetInt32(), node.GetProperty("isNodeVisible").GetBoolean(), node.GetProperty("getNodeStatus").GetInt32(), !node.GetProperty("incompliant").GetBoolean()),
                (block, index, books.Node(index).FreeUnits, books.IsVisible(index), (int)books.Node(index).Standing, books.Node(index).Compliant));
            Assert.Equal(
                node.GetProperty("getSchainHashesForNode").EnumerateArray().Select(h => h.GetString()),
                books.SlotsOf(index).ToArray().Select(h => h ?? "0x" + new string('0', 64)));
        }
    }

    private static void AssertChains(JsonElement snapshot, PlacementBooks books, long block)
    {
        var recorded = snapshot.GetProperty("chains").EnumerateArray().ToList();
        Assert.Equal(recorded.Select(c => c.GetProperty("schainHash").GetString()).Order(StringComparer.Ordinal), books.State().Chains.Select(c => c.Hash));
        foreach (var chain in recorded)
        {
            var ours = books.Chain(chain.GetProperty("schainHash").GetString()!);
            Assert.Equal((block, chain.GetProperty("schains")[3].GetInt32()), (block, ours.Units));
            Assert.Equal(chain.GetProperty("getNodesInGroup").Numbers(), ours.Group);
            Assert.Equal(chain.GetProperty("placeOfSchainOnNode").Numbers(), ours.Slots.Select(s => s + 1));
            var spare = chain.GetProperty("isAnyFreeNode");
            Assert.Equal(spare.ValueKind is JsonValueKind.True or JsonValueKind.False ? spare.GetBoolean() : null, books.ContractFindsSpare(ours.Hash));
        }
    }
}
