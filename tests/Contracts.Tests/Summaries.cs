using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Skale.Contracts;

namespace Skale.Contracts.Tests;

/// <summary>The doc comments of the contracts, so that the document says what the code says.</summary>
internal static partial class Summaries
{
    private static readonly Dictionary<string, XElement> Members = XDocument
        .Load(Path.ChangeExtension(typeof(IFact).Assembly.Location, ".xml")).Descendants("member").ToDictionary(m => m.Attribute("name")!.Value);

    public static string? Of(Type type) => Text(Members.GetValueOrDefault($"T:{type.FullName}")?.Element("summary"));

    public static string? Of(PropertyInfo member) =>
        Text(Members.GetValueOrDefault($"T:{member.DeclaringType!.FullName}")?.Elements("param").FirstOrDefault(p => p.Attribute("name")!.Value == member.Name))
        ?? Text(Members.GetValueOrDefault($"P:{member.DeclaringType!.FullName}.{member.Name}")?.Element("summary"));

    private static string? Text(XElement? element)
    {
        if (element is null)
        {
            return null;
        }

        var words = element.Nodes().Select(n => n is XElement { Name.LocalName: "see" } see ? see.Attribute("cref")!.Value.Split('.')[^1] : n is XElement e ? e.Value : n.ToString());
        return Spaces().Replace(System.Net.WebUtility.HtmlDecode(string.Concat(words)), " ").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
