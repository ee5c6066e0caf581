namespace Skale.EventStore;

/// <summary>Tells, from a line that holds another position than must follow and from the one behind it, what was done: removed, inserted, swapped.</summary>
internal sealed class OrderCheck(Findings findings)
{
    private const int MaxStrays = 1024;

    /// <summary>By the position it holds: a line out of its place.</summary>
    private readonly Dictionary<long, (int Finding, long Instead)> strays = [];

    public enum Verdict
    {
        /// <summary>The line is one too many.</summary>
        Ignore,

        /// <summary>The line stands where another one stood.</summary>
        StandIn,

        /// <summary>The line is right; those before it are gone.</summary>
        Removed,
    }

    /// <param name="expected">The position that must follow.</param>
    /// <param name="behind">The one the next line holds; 0 when there is none or it is not readable.</param>
    /// <param name="isGenuine">Whether the line agrees with the digest recorded for the position it holds.</param>
    public Verdict Judge(in EventLine line, long expected, long behind, bool isGenuine, string file, long number)
    {
        var holds = line.Position;
        if (behind == expected || (holds < expected && behind == holds + 1))
        {
            Stray(holds, expected, FindingKind.Inserted, holds < expected ? $"position {holds} comes a second time: a line was inserted" : $"a line with position {holds} was inserted in front of position {expected}", file, number);
            return Verdict.Ignore;
        }

        if (holds < expected || behind == expected + 1 || (behind == 0 && !isGenuine))
        {
            if (strays.TryGetValue(expected, out var other) && other.Instead == holds)
            {
                findings.Replace(other.Finding, FindingKind.Swapped, $"the events at positions {holds} and {expected} were swapped");
            }

            Stray(holds, expected, FindingKind.Swapped, $"the line holds position {holds} where {expected} must follow: it was moved here, or its position was changed", file, number);
            return Verdict.StandIn;
        }

        if (holds - expected == 1 && strays.TryGetValue(expected, out var moved))
        {
            findings.Replace(moved.Finding, FindingKind.Swapped, $"the event at position {expected} stands in front of position {moved.Instead}: events were swapped");
        }
        else
        {
            findings.Add(
                FindingKind.Removed, expected, file, number,
                holds - expected == 1 ? $"the event at position {expected} is missing: it was removed" : $"the events at positions {expected} to {holds - 1} are missing: they were removed",
                holds - 1);
        }

        return Verdict.Removed;
    }

    private void Stray(long holds, long instead, FindingKind kind, string what, string file, long number)
    {
        var finding = findings.Add(kind, instead, file, number, what);
        if (strays.Count < MaxStrays)
        {
            strays[holds] = (finding, instead);
        }
    }
}
