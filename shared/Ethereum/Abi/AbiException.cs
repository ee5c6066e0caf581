namespace Skale.Ethereum;

/// <summary>Data does not have the form its description demands, or a description is not one. The message names the event or function and the field.</summary>
public sealed class AbiException(string message, Exception? inner = null) : Exception(message, inner);
