using Skale.Scheduler.Domain;

namespace Skale.Scheduler.Tests;

// What is asked over the API.
internal sealed partial class RandomInputs
{
    private IRequest Request(Network network) => random.Next(14) switch
    {
        10 => Sample.Drain(AnyNode(), random.Next(2) == 0, random.Next(8) == 0 ? network.Recorded : null, $"{random.Next()}"),
        11 => Sample.Rotation(
            AnyServed(network, c => c is { HasGroup: true, Told: null }), random.Next(2) == 0 ? null : AnyNode(), random.Next(8) == 0 ? network.Recorded : null, $"{random.Next()}"),
        12 => Sample.Resize(
            network.Chains.Values.Where(c => c.Terms is not null && c.HasGroup).Select(c => c.Name.Value).Order().FirstOrDefault() ?? AnyName(network),
            random.GetItems([0, 1, 8, 16, 32, 64, 128, 129], 1)[0], random.Next(8) == 0 ? network.Recorded : null, $"{random.Next()}"),
        13 => Sample.Image(
            AnyServed(network, c => c.HasGroup),
            random.GetItems(["evm:0", "evm:1", "evm:7", "evm:8", "not legal"], 1)[0], random.Next(8) == 0 ? network.Recorded : null, $"{random.Next()}"),
        0 => HeldOrJoined(network, Sample.Hold(AnyNode(), random.Next(3) == 0, random.Next(4) == 0 ? network.Recorded : null, $"{random.Next()}")),
        < 4 when network.Chains.Values.Where(c => c.Terms is not null).Select(c => c.Name.Value).Order().ToArray() is { Length: > 0 } asked =>
            Sample.Unwanted(asked[random.Next(asked.Length)], random.Next(8) == 0 ? network.Recorded : null, $"{random.Next()}"),
        4 => Sample.Unwanted(AnyName(network), key: $"{random.Next()}"),
        _ => Sample.Asked(
            AnyName(network), random.GetItems(["own", "brief", "other", "set", "bad", "none", null, null], 1)[0], random.GetItems([0, 1, 16, 64, 129], 1)[0], random.Next(0, 4),
            random.GetItems(["ann", "bob", "rich"], 1)[0], $"{random.Next()}"),
    };

    /// <summary>Every other one a token instead, or a join with the token that somebody was given.</summary>
    private IRequest HeldOrJoined(Network network, NodeHoldRequested hold) => hold.Request.ToByteArray()[0] % 2 == 0 ? hold
        : network.Nodes.Values.Where(n => n.Join is not null).MinBy(n => n.Id) is { } awaited ? Sample.Joins(awaited.Id.Value, "token", key: $"{hold.Request}")
        : Sample.Token(hold.Node.Value, "token", Now + TimeSpan.FromDays(1), $"{hold.Request}");
}
