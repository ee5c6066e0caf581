using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Skale.Contracts;

namespace Skale.Hosting;

/// <summary>
/// How messages are written: without the blanks between members that MassTransit puts there by itself. And how they are read: a contract that lacks a member is a message
/// nobody can read, which fails where it is received and never reaches a log. A member added to a contract later therefore has a default value, so that older senders can
/// still be read.
/// </summary>
internal static class StrictJson
{
    public static JsonSerializerOptions Require(JsonSerializerOptions json)
    {
        json.WriteIndented = false;
        json.TypeInfoResolver = (json.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver()).WithAddedModifier(Require);
        return json;
    }

    private static void Require(JsonTypeInfo type)
    {
        if (type.Type.Assembly != typeof(IFact).Assembly)
        {
            return;
        }

        foreach (var member in type.Properties)
        {
            if (member.AssociatedParameter is { IsNullable: false } parameter)
            {
                (member.IsRequired, member.IsSetNullable) = (!parameter.HasDefaultValue, false);
            }
        }
    }
}
