using System.Text.Json;

namespace Skale.SkaleManager.Tests;

/// <summary>One recorded operation, and what it does to the books.</summary>
internal sealed class Operation(JsonElement json)
{
    public int Seq => json.GetProperty("seq").GetInt32();

    public string Kind => json.GetProperty("op").GetString()!;

    public long Block => json.GetProperty("block").GetInt64();

    public string? Reverted => Text("reverted");

    public string? Chain => Text("schainHash");

    public int Units => json.GetProperty("units").GetInt32();

    public int Node => json.GetProperty("node").GetInt32();

    public int[]? GroupBefore => Numbers("groupBefore");

    public int[]? ExceptionsBefore => Numbers("exceptionsBefore");

    public JsonElement? StateBefore => json.TryGetProperty("stateBefore", out var state) && state.ValueKind == JsonValueKind.Object ? state : null;

    public bool Creates => Kind == "createChain" && Reverted is null;

    public bool Replaces => Reverted is null && json.TryGetProperty("newNode", out var successor) && successor.ValueKind == JsonValueKind.Number;

    /// <summary>Repeats the operation in the books and compares what was chosen.</summary>
    public void Apply(PlacementBooks books)
    {
        if (Reverted is { } reason)
        {
            Refuse(books, reason);
            return;
        }

        switch (Kind)
        {
            case "createNode":
                books.AddNode(Node);
                break;
            case "createChain":
                Assert.Equal(Numbers("group")!, books.CreateChain(Chain!, Units, json.GetProperty("nodes").GetInt32(), Text("parentHash")!).Nodes);
                Assert.Equal(Numbers("group")!, books.Chain(Chain!).Group);
                break;
            case "deleteChain":
                Assert.Equal(GroupBefore!, books.Chain(Chain!).Group);
                books.DeleteChain(Chain!);
                break;
            case "initExit":
                books.BeginExit(Node);
                break;
            case "nodeExit":
                Exit(books);
                break;
            case "dkgFailed" or "restartCreation":
                FailCeremony(books);
                break;
            case "maintenance":
                books.SetMaintenance(Node, On);
                break;
            case "incompliant":
                books.SetCompliance(Node, !On);
                break;
        }
    }

    private bool On => json.GetProperty("on").GetBoolean();

    private void Exit(PlacementBooks books)
    {
        Assert.Equal(Chain, books.NextToLeave(Node));
        if (Chain is not null)
        {
            Replace(books, json.GetProperty("oldNode").GetInt32(), ReplacementCause.Exit);
        }

        if (json.GetProperty("completed").GetBoolean())
        {
            books.CompleteExit(Node);
        }
    }

    private void FailCeremony(PlacementBooks books)
    {
        var stuck = json.TryGetProperty("stuck", out var value) && value.GetBoolean();
        Assert.Equal(!stuck, books.ContractFindsSpare(Chain!));
        if (stuck)
        {
            Assert.Equal(Numbers("groupAfter")!, books.Chain(Chain!).Group);
            return;
        }

        Replace(books, json.GetProperty("badNode").GetInt32(), ReplacementCause.FailedKeyCeremony);
    }

    private void Replace(PlacementBooks books, int member, ReplacementCause cause)
    {
        Assert.Equal(GroupBefore!, books.Chain(Chain!).Group);
        Assert.Equal([json.GetProperty("newNode").GetInt32()], books.Replace(Chain!, member, cause, Text("parentHash")!).Nodes);
        Assert.Equal(Numbers("groupAfter")!, books.Chain(Chain!).Group);
    }

    /// <summary>What the contract refused for want of nodes, the books refuse as well; other reasons are not theirs to know.</summary>
    private void Refuse(PlacementBooks books, string reason)
    {
        if (Kind == "nodeExit" && reason.Contains("No free Nodes", StringComparison.Ordinal))
        {
            Assert.Throws<PlacementException>(() => books.Replace(Chain!, Node, ReplacementCause.Exit, Text("parentHash")!));
        }

        if (Kind == "createChain" && reason.Contains("Not enough nodes", StringComparison.Ordinal))
        {
            Assert.Throws<PlacementException>(() => books.CreateChain(Chain!, Units, json.GetProperty("nodes").GetInt32(), Text("parentHash")!));
        }
    }

    private string? Text(string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private int[]? Numbers(string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.Numbers() : null;
}
