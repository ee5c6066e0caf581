namespace Skale.Scheduler.Domain;

/// <summary>Which chain names can name a container: operators and the engine must both be able to use them as they are.</summary>
internal static class ContainerNames
{
    private const int LongestName = 63;

    /// <summary>What is wrong with the name and what would be right; null when nothing is.</summary>
    public static string? Fault(string name)
    {
        if (name.Length is 0 or > LongestName)
        {
            return $"the name has {name.Length} characters; a container can be named with 1 to {LongestName}";
        }

        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
            {
                return $"the name cannot name a container: '{c}' is not allowed; letters, digits, '-', '_' and '.' are";
            }
        }

        return char.IsAsciiLetterOrDigit(name[0]) ? null : "the name cannot name a container: it must start with a letter or digit";
    }
}
