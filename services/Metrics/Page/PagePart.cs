using Microsoft.AspNetCore.Components;

namespace Skale.Metrics.Page;

/// <summary>A piece of the page that is drawn, compared and replaced as a whole.</summary>
/// <param name="Id">Of its element.</param>
/// <param name="List">Id of the element it stands in.</param>
/// <param name="Key">Equal as long as the piece would be drawn alike.</param>
/// <param name="Component">What draws it.</param>
/// <param name="Model">What it draws.</param>
public sealed record PagePart(string Id, string List, object Key, Type Component, object Model)
{
    public IDictionary<string, object?> Parameters => new Dictionary<string, object?> { ["Id"] = Id, ["Model"] = Model };

    public static PagePart Of<TComponent>(string id, string list, object key, object model)
        where TComponent : IComponent => new(id, list, key, typeof(TComponent), model);
}
