using System.Reflection;
using System.Text.Json;
using Skale.Contracts;

namespace Skale.Contracts.Tests;

/// <summary>What is on the bus, read from the assembly: a message is a record that somebody sends, not a part of one.</summary>
internal static class ContractTypes
{
    private static readonly Type[] Parts = [typeof(FactOrigin), typeof(SliceLimits), typeof(LimitReading), typeof(DataBackup), typeof(ImageOrigin), typeof(Subnode), typeof(NodeOrder), typeof(Peer), typeof(Sidecar), typeof(SlicePart), typeof(DataPart), typeof(RunningSidecar), typeof(Machine), typeof(SubnodeStatus), typeof(PlacementEvidence)];

    private static readonly Type[] RoutedTypes = [typeof(StartSubnode), typeof(RemoveSubnode), typeof(AssignNode)];

    public static IReadOnlyList<Type> Messages { get; } =
    [
        .. typeof(IFact).Assembly.GetExportedTypes()
            .Where(t => t.IsClass && t.IsSealed && !t.IsAbstract && !Parts.Contains(t) && !typeof(Exception).IsAssignableFrom(t) && !typeof(Attribute).IsAssignableFrom(t))
            .OrderBy(t => t.Name, StringComparer.Ordinal),
    ];

    public static IReadOnlyList<Type> PartTypes => Parts;

    /// <summary>Sent under the id of one node as routing key.</summary>
    public static bool IsRouted(Type message) => RoutedTypes.Contains(message);

    /// <summary>Sent to the queues of several nodes, and to no exchange that others could bind a queue to.</summary>
    public static bool IsForQueues(Type message) => message == typeof(StartSubnodes);

    /// <summary>Published because an event was committed, under its id and with the headers of its place; a checkpoint is about the log itself.</summary>
    public static bool IsOfAnEvent(Type message) => message != typeof(CheckpointSigned);

    /// <summary>The service that sends it; of a checkpoint, the one whose checkpoints are meant first, as every service seals its own log.</summary>
    public static string SenderOf(Type message) => message switch
    {
        _ when typeof(IFact).IsAssignableFrom(message) || message == typeof(ManagerDiffers) || message == typeof(ManagerDifferenceGone) => "ChainWatcher",
        _ when typeof(IReport).IsAssignableFrom(message) => "NodeAgent",
        _ => "Scheduler",
    };

    public static IEnumerable<PropertyInfo> MembersOf(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.Name != "EqualityContract").OrderBy(p => p.MetadataToken);

    public static string WireName(PropertyInfo member) => JsonNamingPolicy.CamelCase.ConvertName(member.Name);

    public static bool IsNullable(PropertyInfo member) =>
        Nullable.GetUnderlyingType(member.PropertyType) is not null || new NullabilityInfoContext().Create(member).ReadState == NullabilityState.Nullable;
}
