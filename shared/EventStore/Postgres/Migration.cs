using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Skale.EventStore;

/// <summary>One numbered SQL file. Applied files are never edited; a change is a new file.</summary>
internal sealed record Migration(int Number, string Name, string Sql)
{
    private const string Prefix = "migrations/";

    /// <summary>In order; numbers are 1, 2, 3 ...</summary>
    public static IReadOnlyList<Migration> All { get; } =
        [.. typeof(Migration).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && char.IsDigit(name[Prefix.Length]))
            .Order(StringComparer.Ordinal)
            .Select(name => new Migration(int.Parse(name.AsSpan(Prefix.Length, 4), CultureInfo.InvariantCulture), name[Prefix.Length..^".sql".Length], Read(name)))];

    public static string Grants { get; } = Read($"{Prefix}grants.sql");

    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));

    /// <summary>What is still to be applied, given number and digest of what was.</summary>
    /// <exception cref="InvalidOperationException">What was applied is not what this version knows.</exception>
    public static IReadOnlyList<Migration> Behind(IReadOnlyDictionary<int, string> applied, string log)
    {
        foreach (var (number, sha256) in applied)
        {
            var known = All.SingleOrDefault(m => m.Number == number)
                ?? throw new InvalidOperationException($"Log '{log}': migration {number} was applied by a newer version than this one. Run that version.");
            if (known.Sha256 != sha256)
            {
                throw new InvalidOperationException($"Log '{log}': migration {known.Name} was changed after it had been applied. Put the file back and make the change in a new one.");
            }
        }

        return [.. All.Where(m => !applied.ContainsKey(m.Number))];
    }

    private static string Read(string resource)
    {
        using var stream = typeof(Migration).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
