namespace Skale.NodeAgent;

/// <summary>What kind of answer a refusal is.</summary>
public enum Refusal
{
    /// <summary>What was asked is wrong in itself.</summary>
    BadInput,

    NotFound,

    /// <summary>It does not fit what is there.</summary>
    Conflict,

    /// <summary>It was tried, and this machine could not.</summary>
    Failed,
}

/// <summary>What the machine's operator asked is not done; the message says why, and what is so instead.</summary>
public sealed class RepairRefusedException(Refusal refusal, string reason, Exception? cause = null) : Exception(reason, cause)
{
    public Refusal Refusal { get; } = refusal;
}
