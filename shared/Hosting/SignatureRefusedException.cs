namespace Skale.Hosting;

/// <summary>A message is not signed as it must be; the message says what is wrong with it. There is no inner one: the error queue would name that as the reason.</summary>
/// <param name="kind">One of the constants.</param>
public sealed class SignatureRefusedException(string kind, string reason) : Exception(reason)
{
    public const string Unsigned = "unsigned";
    public const string Forged = "forged";

    /// <summary>It was signed as it must be, and has lain too long.</summary>
    public const string Expired = "expired";

    /// <summary>There is no key that it could be checked with.</summary>
    public const string KeyUnknown = "key unknown";

    public string Kind { get; } = kind;
}
