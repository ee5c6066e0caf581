namespace Skale.Ethereum;

/// <summary>What became of one call among several: its result, or why the node refused it.</summary>
/// <param name="Error">Null when there is a result.</param>
public readonly record struct RpcOutcome<T>(T? Value, RpcException? Error);
