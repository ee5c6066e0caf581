using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;

namespace Skale.ChainWatcher.Domain.Manager;

/// <summary>One view function to ask at the end of a block, and what it must answer if the facts are right.</summary>
/// <param name="Subject">What it is about: <c>node 3</c>, <c>chain alpha</c>, <c>network</c>.</param>
/// <param name="Contract">Its name in the registry.</param>
/// <param name="Function">Its name, and behind a bar the name in older releases.</param>
/// <param name="Arguments">Numbers as <see cref="BigInteger"/>, hashes as 0x-hex.</param>
/// <param name="Expected">Empty when the call must revert.</param>
public sealed record Question(string Subject, string Contract, string Function, ImmutableArray<object> Arguments, ImmutableArray<Expected> Expected)
{
    /// <summary>The names of the values in its answer; of a call that must revert, the function's.</summary>
    public IEnumerable<string> Names => Expected.IsEmpty ? [Function] : Expected.Select(e => e.What);

    /// <summary>What an answer differs in; nothing when it agrees.</summary>
    /// <param name="results">In the order of the ABI: numbers, flags, texts, 0x-hex, lists; null for a call that reverted.</param>
    /// <exception cref="UnfitFieldException">The answer has another form than the function of that name has in any release.</exception>
    public IEnumerable<Difference> Judge(IReadOnlyList<object>? results)
    {
        if (Expected.IsEmpty || results is null)
        {
            return Expected.IsEmpty && results is null ? [] : [new Difference(Subject, Function, Expected.IsEmpty ? "none" : "an answer", results is null ? "none" : Texts.Of(results), false)];
        }

        return Expected
            .Select(expected => new Difference(Subject, expected.What, expected.Value, expected.Read(results), expected.IsSilent))
            .Where(d => d.Folded != d.Contract);
    }
}

/// <summary>One value in an answer.</summary>
/// <param name="Read">Finds it, as text.</param>
/// <param name="IsSilent">The contract may change it without a log, so that a difference is news and not a fault.</param>
public sealed record Expected(string What, string Value, Func<IReadOnlyList<object>, string> Read, bool IsSilent = false);

/// <summary>The facts say one thing and the contract another.</summary>
/// <param name="Folded">What the facts up to the block give.</param>
/// <param name="Contract">What the contract answers at the block.</param>
/// <param name="IsSilent">Of a value that changes without a log.</param>
public sealed record Difference(string Subject, string What, string Folded, string Contract, bool IsSilent);

/// <summary>Values as texts that compare.</summary>
internal static class Texts
{
    public static string Of(object value) => value switch
    {
        BigInteger number => number.ToString(CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        string text => text,
        IReadOnlyList<object> list => $"[{string.Join(", ", list.Select(Of))}]",
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>A list as <see cref="Of"/> writes one.</summary>
    public static string List(IEnumerable<string> items) => $"[{string.Join(", ", items)}]";

    /// <summary>A list without its order, for what the contract keeps as a set.</summary>
    public static string Set(object value) =>
        value is IReadOnlyList<object> list ? List(list.Select(Of).Order(StringComparer.Ordinal)) : throw new UnfitFieldException("list", value, "a list");

    /// <summary>The dotted form of four bytes.</summary>
    public static string Ip(object value) => EventFields.Dotted("ip", Of(value));
}
