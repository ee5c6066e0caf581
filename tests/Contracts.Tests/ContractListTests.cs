using System.Reflection;
using System.Runtime.CompilerServices;
using Skale.Servers;

namespace Skale.Contracts.Tests;

/// <summary>
/// Contracts change only by addition. <c>contract-list.txt</c> holds every member with its JSON kind; <c>SKALE_UPDATE=1</c> adds what is new to it.
/// </summary>
public sealed class ContractListTests
{
    private static readonly string ListFile = Repository.Path("tests", "Contracts.Tests", "contract-list.txt");

    private static IEnumerable<Type> Types => ContractTypes.Messages.Concat(ContractTypes.PartTypes).OrderBy(t => t.Name, StringComparer.Ordinal);

    [Fact]
    public void nothing_that_was_promised_is_removed_renamed_or_retyped()
    {
        var broken = File.ReadLines(ListFile).Except(Present());
        Assert.True(!broken.Any(), $"Subscribers rely on these; bring them back as they were:\n{string.Join('\n', broken)}");
    }

    [Fact]
    public void everything_on_the_bus_is_promised()
    {
        var present = Present().ToArray();
        if (Environment.GetEnvironmentVariable("SKALE_UPDATE") == "1")
        {
            File.WriteAllLines(ListFile, File.ReadLines(ListFile).Union(present).Order(StringComparer.Ordinal));
        }

        var added = present.Except(File.ReadLines(ListFile));
        Assert.True(!added.Any(), $"New on the bus; add these to contract-list.txt (SKALE_UPDATE=1 does), and give members of older messages a default:\n{string.Join('\n', added)}");
    }

    /// <summary>The namespace is part of the exchange's name and of the message's type on the wire.</summary>
    [Fact]
    public void all_messages_live_in_the_namespace_that_the_wire_knows() => Assert.All(Types, type => Assert.Equal("Skale.Contracts", type.Namespace));

    [Fact]
    public void messages_are_sealed_records_without_ancestors()
    {
        Assert.All(Types, type => Assert.Equal(typeof(object), type.BaseType));
        Assert.All(Types, type => Assert.NotNull(type.GetMethod("<Clone>$")));
    }

    private static IEnumerable<string> Present() =>
        from type in Types
        from line in ContractTypes.MembersOf(type).Where(IsOnTheWire).Select(m => $"{type.Name}.{ContractTypes.WireName(m)}: {Kind(m.PropertyType)}{(ContractTypes.IsNullable(m) ? " or null" : "")}")
        select line;

    private static bool IsOnTheWire(PropertyInfo member) => member.GetMethod!.GetCustomAttribute<CompilerGeneratedAttribute>() is not null;

    private static string Kind(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(string) || t == typeof(ChainName) => "string",
        var t when t == typeof(DateTimeOffset) => "string (time)",
        var t when t == typeof(TimeSpan) => "string (duration)",
        var t when t == typeof(int) || t == typeof(long) || t == typeof(NodeId) => "number",
        var t when t == typeof(bool) => "boolean",
        { IsEnum: true } t => $"one of {string.Join(" ", Enum.GetNames(t))}",
        { IsGenericType: true } t => $"array of {Kind(t.GetGenericArguments()[0])}",
        var t when Types.Contains(t) => t.Name,
        _ => throw new NotSupportedException($"{type} has no JSON kind yet: decide on one here."),
    };
}
