namespace Skale.Hosting;

/// <summary>Headers of every message: with them a subscriber can tell repeats and gaps.</summary>
public static class BusHeaders
{
    /// <summary>The log the message was committed to.</summary>
    public const string Log = "skale-log";

    /// <summary>Position of the event in that log.</summary>
    public const string Position = "skale-position";

    /// <summary>Stream of the event, such as <c>chain-alpha</c>.</summary>
    public const string Stream = "skale-stream";

    /// <summary>Version of the event in its stream.</summary>
    public const string Version = "skale-version";

    /// <summary>On orders to nodes: the scheduler's signed note over kind, nodes, generations, message id, expiry and body.</summary>
    public const string Order = "skale-order";

    /// <summary>On reports and heartbeats of agents that have a key: the signed note over kind, network, node, message id, cause, correlation and body.</summary>
    public const string Report = "skale-report";

    /// <summary>On facts and differences of a ChainWatcher that has a key: the signed note over kind, network, number, message id, correlation and body.</summary>
    public const string Fact = "skale-fact";
}
