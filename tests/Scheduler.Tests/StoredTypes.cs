using System.Reflection;
using Skale.Contracts;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler.Tests;

/// <summary>Every type that the scheduler stores, found without asking its list of them: its own events, the facts, the reports, and what the watcher found when it asked the contract.</summary>
internal static class StoredTypes
{
    public static IReadOnlyList<Type> All { get; } =
    [
        .. typeof(IFact).Assembly.GetTypes().Where(t => t.IsClass && (t.IsAssignableTo(typeof(IFact)) || t.IsAssignableTo(typeof(IReport)))),
        typeof(ManagerDiffers),
        typeof(ManagerDifferenceGone),
        .. typeof(CreationDeferred).Assembly.GetTypes().Where(t => t.Namespace == typeof(CreationDeferred).Namespace && IsOwnEvent(t)),
    ];

    /// <summary>Own events say when they happened; nothing else in the domain does.</summary>
    private static bool IsOwnEvent(Type type) => type is { IsPublic: true, IsClass: true } && type.GetProperty("At", BindingFlags.Public | BindingFlags.Instance)?.PropertyType == typeof(DateTimeOffset);
}
