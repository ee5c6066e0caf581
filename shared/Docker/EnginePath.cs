using System.Text;
using System.Text.Json;

namespace Skale.Docker;

/// <summary>Builds request paths in which nothing a caller passes can become another path.</summary>
internal static class EnginePath
{
    /// <summary>The template's <c>{}</c> replaced by the escaped name, and the query appended; pairs with a null value are left out.</summary>
    /// <exception cref="ArgumentException">The name is empty or would climb out of its place in the path.</exception>
    public static string Of(string template, string name, params ReadOnlySpan<(string Key, string? Value)> query) =>
        Of(template.Replace("{}", Escape(name), StringComparison.Ordinal), query);

    public static string Of(string path, params ReadOnlySpan<(string Key, string? Value)> query)
    {
        var text = new StringBuilder(path);
        var separator = '?';
        foreach (var (key, value) in query)
        {
            if (value is not null)
            {
                text.Append(separator).Append(key).Append('=').Append(Uri.EscapeDataString(value));
                separator = '&';
            }
        }

        return text.ToString();
    }

    /// <summary>The engine's filter syntax for "has all these labels"; an empty value asks only for the key.</summary>
    public static string Labels(IReadOnlyDictionary<string, string> labels) =>
        JsonSerializer.Serialize(new Dictionary<string, string[]> { ["label"] = LabelTerms(labels) });

    public static string[] LabelTerms(IReadOnlyDictionary<string, string> labels) =>
        [.. labels.Select(label => label.Value.Length == 0 ? label.Key : $"{label.Key}={label.Value}")];

    private static string Escape(string name)
    {
        var parts = name.Split('/');
        return parts.Any(part => part is "" or "." or "..")
            ? throw new ArgumentException($"'{name}' is no legal name for a Docker container, image, network or volume.", nameof(name))
            : string.Join('/', parts.Select(Uri.EscapeDataString));
    }
}
