using System.Text.Json;

namespace Skale.Metrics;

/// <summary>How names of states are written outside: camelCase, in JSON, labels and style classes alike.</summary>
internal static class Words
{
    public static string Of<T>(T name)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(name.ToString());
}
