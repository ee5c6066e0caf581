using System.Collections;
using System.Reflection;
using Skale.Scheduler.Domain;
using Skale.SkaleManager;

namespace Skale.Scheduler.Tests;

/// <summary>Compares two objects field by field, private ones included, so that nothing that a class gains is left out.</summary>
internal static class Alike
{
    /// <summary>Where the first difference is and what it is; empty when there is none.</summary>
    public static string Difference(object? one, object? other, string at = "")
    {
        if (one is null || other is null)
        {
            return one is null && other is null ? "" : $"{at}: {one ?? "null"} and {other ?? "null"}";
        }

        // The books show what they hold; how it lies in memory differs.
        (one, other) = one is PlacementBooks books ? (books.State(), ((PlacementBooks)other).State()) : (one, other);
        return (one, other) switch
        {
            (Room, Room) or (ContractRoom, ContractRoom) => "", // made of the nodes when it is asked for
            _ when IsValue(one.GetType()) => one.Equals(other) ? "" : $"{at}: {one} and {other}",
            (IDictionary a, IDictionary b) => Sequence(ByKey(a), ByKey(b), at),
            (IEnumerable a, IEnumerable b) when IsUnordered(one) => Sequence(a.Cast<object>().OrderBy(x => $"{x}", StringComparer.Ordinal), b.Cast<object>().OrderBy(x => $"{x}", StringComparer.Ordinal), at),
            (IEnumerable a, IEnumerable b) => Sequence(a.Cast<object?>(), b.Cast<object?>(), at),
            _ when one.GetType() != other.GetType() => $"{at}: {one.GetType().Name} and {other.GetType().Name}",
            _ => Fields(one.GetType()).Select(f => Difference(f.GetValue(one), f.GetValue(other), $"{at}.{NameOf(f)}")).FirstOrDefault(d => d.Length > 0, ""),
        };
    }

    public static IEnumerable<FieldInfo> Fields(Type type) => type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType)
        ? Own(type).Concat(Fields(parent))
        : Own(type);

    public static string NameOf(FieldInfo field) => field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;

    public static bool IsValue(Type type) => type.IsPrimitive || type.IsEnum || (type.Namespace == nameof(System) && !type.IsGenericType && !type.IsArray);

    private static FieldInfo[] Own(Type type) => type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly);

    private static bool IsUnordered(object set) => set.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(HashSet<>);

    private static IEnumerable<object?> ByKey(IDictionary dictionary) =>
        dictionary.Keys.Cast<object>().OrderBy(k => $"{k}", StringComparer.Ordinal).SelectMany(k => (object?[])[k, dictionary[k]]);

    private static string Sequence(IEnumerable<object?> one, IEnumerable<object?> other, string at)
    {
        var (a, b) = (one.ToArray(), other.ToArray());
        return a.Length != b.Length
            ? $"{at}: {a.Length} and {b.Length} of them"
            : a.Zip(b).Select((x, i) => Difference(x.First, x.Second, $"{at}[{i}]")).FirstOrDefault(d => d.Length > 0, "");
    }
}
