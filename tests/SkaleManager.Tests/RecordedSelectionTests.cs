using System.Text.Json;

namespace Skale.SkaleManager.Tests;

/// <summary>Every selection of a real contract comes out equal: from its operations alone, and from each recorded state by itself.</summary>
public sealed class RecordedSelectionTests
{
    [Fact]
    public void every_group_replacement_list_and_exception_follows_from_the_operations_alone()
    {
        var books = new PlacementBooks(Recording.UnitsPerNode);
        var (creations, replacements, states, exceptions) = (0, 0, 0, 0);
        Each(Recording.Operations, operation =>
        {
            if (operation.StateBefore is { } state)
            {
                AssertState(state, books);
                states++;
            }

            if (operation.ExceptionsBefore is { } recorded)
            {
                Assert.Equal(recorded, books.Chain(operation.Chain!).Exceptions);
                exceptions++;
            }

            operation.Apply(books);
            creations += operation.Creates ? 1 : 0;
            replacements += operation.Replaces ? 1 : 0;
        });
        TestContext.Current.TestOutputHelper!.WriteLine($"{creations} groups, {replacements} replacements, {states} states and {exceptions} exception lists are equal");
        Assert.True(creations > 0 && replacements > 0 && states > 0 && exceptions > 0);
    }

    [Fact]
    public void every_group_and_replacement_follows_from_the_recorded_state_before_its_block()
    {
        var (compared, blocks) = (0, 0);
        foreach (var block in Recording.Operations.GroupBy(o => o.Block).Where(b => b.FirstOrDefault(IsPlacement)?.StateBefore is not null))
        {
            Operation[] operations = [.. block.Where(IsPlacement)];
            var books = PlacementBooks.Of(StateFor(operations));
            Each(operations, operation =>
            {
                operation.Apply(books);
                compared += operation.Creates || operation.Replaces ? 1 : 0;
            });
            blocks++;
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{compared} selections from the states before {blocks} blocks are equal");
        Assert.Equal(Recording.Operations.Count(o => o.Creates || o.Replaces), compared);
    }

    /// <summary>Only what the recording says is known: chains of this block, and that a node in no list is hidden, not why.</summary>
    private static PlacementState StateFor(Operation[] operations)
    {
        var recorded = operations[0].StateBefore!.Value;
        var free = recorded.GetProperty("free").Numbers();
        var buckets = recorded.Buckets();
        var visible = buckets.SelectMany(b => b.Value).ToHashSet();
        var leaving = operations.Where(o => o.Kind == "nodeExit").Select(o => o.Node).ToHashSet();
        var chains = operations.Where(o => o.GroupBefore is not null).DistinctBy(o => o.Chain)
            .Where(o => !operations.Any(c => c.Kind == "createChain" && c.Chain == o.Chain && c.Seq < o.Seq)).ToList();
        var places = free.Select(_ => new List<string?>()).ToArray();
        return new PlacementState(
            Recording.UnitsPerNode,
            [.. free.Select((f, n) => new NodeAccount(f, leaving.Contains(n) ? NodeStanding.Leaving : NodeStanding.Active, visible.Contains(n)))],
            buckets.ToDictionary(b => b.Key, b => (IReadOnlyList<int>)b.Value),
            [.. places.Select(p => new NodePlaces(p, []))],
            [.. chains.Select(c => new ChainAccount(
                c.Chain!, c.Units, [.. c.GroupBefore!], [.. c.GroupBefore!.Select(n => Place(places[n], c.Chain!))], [.. c.ExceptionsBefore ?? c.GroupBefore!]))]);
    }

    private static int Place(List<string?> places, string chain)
    {
        places.Add(chain);
        return places.Count - 1;
    }

    private static bool IsPlacement(Operation o) => o.Kind is "createChain" or "deleteChain" or "nodeExit" or "dkgFailed" or "restartCreation" && o.Reverted is null;

    private static void AssertState(JsonElement recorded, PlacementBooks books)
    {
        Assert.Equal(recorded.GetProperty("free").Numbers(), Enumerable.Range(0, books.NodeCount).Select(n => books.Node(n).FreeUnits));
        Assert.Equal(Json.Text(recorded.Buckets()), Json.Text(books.State().Visible.Select(b => KeyValuePair.Create(b.Key, b.Value.ToArray()))));
    }

    private static void Each(IEnumerable<Operation> operations, Action<Operation> check)
    {
        foreach (var operation in operations)
        {
            try
            {
                check(operation);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Operation {operation.Seq}, {operation.Kind} in block {operation.Block}: {e.Message}", e);
            }
        }
    }
}
