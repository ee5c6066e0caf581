namespace Skale.Contracts;

/// <summary>What a subnode's containers and volumes must be like, for whoever orders them and for whoever makes them.</summary>
public static class SubnodeSet
{
    private const int LongestName = 16, Whole = 1000;

    /// <summary>Everything that is wrong, each in words that name it; empty when nothing is.</summary>
    public static IEnumerable<string> Faults(IReadOnlyList<Sidecar>? sidecars, IReadOnlyList<DataPart>? parts)
    {
        var (beside, cut) = (sidecars ?? [], parts ?? []);
        return Names("sidecar", beside.Select(s => s.Name)).Concat(Names("part of the data", cut.Select(p => p.Name)))
            .Concat(beside.Where(s => string.IsNullOrWhiteSpace(s.Image)).Select(s => $"sidecar '{s.Name}' has no image"))
            .Concat(Divided("CPU", beside.Select(s => (s.Name, s.Part.CpuPerMille))))
            .Concat(Divided("memory", beside.Select(s => (s.Name, s.Part.MemoryPerMille))))
            .Concat(Divided("processes", beside.Select(s => (s.Name, s.Part.PidsPerMille))))
            .Concat(Divided("IO", beside.Select(s => (s.Name, s.Part.IoPerMille))))
            .Concat(Divided("the disk", cut.Select(p => (p.Name, p.DiskPerMille))))
            .Concat(cut.SelectMany(p => (p.Sidecars ?? []).Where(n => beside.All(s => s.Name != n)).Select(n => $"the part '{p.Name}' of the data is for a sidecar '{n}' that there is not")));
    }

    internal static bool SameAs<T>(this IReadOnlyList<T>? one, IReadOnlyList<T>? other) => one is null ? other is null : other is not null && one.SequenceEqual(other);

    private static IEnumerable<string> Names(string what, IEnumerable<string> names) =>
        names.Where(n => n.Length is 0 or > LongestName || !n.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c)))
            .Select(n => $"'{n}' cannot name a {what}: it must be 1 to {LongestName} lower-case letters and digits")
            .Concat(names.GroupBy(n => n).Where(g => g.Count() > 1).Select(g => $"{g.Count()} times a {what} '{g.Key}'"));

    private static IEnumerable<string> Divided(string what, IEnumerable<(string Name, int PerMille)> parts)
    {
        foreach (var (name, perMille) in parts.Where(p => p.PerMille is < 1 or >= Whole))
        {
            yield return $"'{name}' has {perMille} thousandths of {what}; allowed are 1 to {Whole - 1}";
        }

        if (parts.Sum(p => (long)p.PerMille) is >= Whole and var sum)
        {
            yield return $"together they have {sum} thousandths of {what}; the main container must keep some";
        }
    }
}
