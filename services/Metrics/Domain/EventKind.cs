using Skale.Contracts;

namespace Skale.Metrics.Domain;

/// <summary>What part an event plays in the story.</summary>
public enum EventKind
{
    /// <summary>The contract said it, by a log or when it was asked.</summary>
    Fact,

    /// <summary>The scheduler concluded it, or recorded it for its own sake.</summary>
    Decision,

    /// <summary>The scheduler told an agent to do it.</summary>
    Order,

    /// <summary>An agent said it.</summary>
    Outcome,

    /// <summary>This version cannot read it.</summary>
    Unknown,
}

/// <summary>Sorts events by kind.</summary>
public static class EventKinds
{
    public static EventKind Of(object? content) => content switch
    {
        null => EventKind.Unknown,
        IFact or ManagerDiffers or ManagerDifferenceGone => EventKind.Fact,
        IReport => EventKind.Outcome,
        SubnodeOrdered or SubnodesOrdered or PeersOrdered or LimitsOrdered or ImageOrdered or SubnodeRemovalOrdered or AssignmentIssued => EventKind.Order,
        _ => EventKind.Decision,
    };
}
