using System.Text.Json;

namespace Skale.SkaleManager.Tests;

internal static class Described
{
    /// <summary>All that books hold, as text: equal texts are equal books.</summary>
    public static string Of(PlacementBooks books) => JsonSerializer.Serialize(books.State());
}
