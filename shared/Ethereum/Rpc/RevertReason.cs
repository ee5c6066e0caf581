namespace Skale.Ethereum;

/// <summary>The text of a <c>require</c> that failed, which some nodes leave in the error's data only.</summary>
internal static class RevertReason
{
    private static readonly AbiFunction Error = new("Error", [new AbiParameter("reason", AbiType.Parse("string"))], []);

    /// <summary>The node's message, completed with the reason when the data holds one that the message does not say.</summary>
    public static string Complete(string message, string? data)
    {
        if (data is null || !data.StartsWith(Error.Selector, StringComparison.OrdinalIgnoreCase))
        {
            return message;
        }

        try
        {
            var reason = new AbiReader(Hex.Decode($"0x{data[Error.Selector.Length..]}")).Read(Error.Inputs[0].Type, 0, 0).ToText();
            return message.Contains(reason, StringComparison.Ordinal) ? message : $"{message}: {reason}";
        }
        catch (Exception e) when (e is AbiException or FormatException)
        {
            return $"{message} (unreadable reason: {data})";
        }
    }
}
