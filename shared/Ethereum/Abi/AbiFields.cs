using System.Collections.Immutable;
using System.Text.Json;

namespace Skale.Ethereum;

/// <summary>Named values in their declared order: an event's fields or a function's results. A nameless one is called by its place, <c>arg0</c>.</summary>
public sealed class AbiFields
{
    private readonly string owner;
    private readonly ImmutableArray<AbiParameter> parameters;
    private readonly AbiValue[] values;

    internal AbiFields(string owner, ImmutableArray<AbiParameter> parameters, AbiValue[] values) => (this.owner, this.parameters, this.values) = (owner, parameters, values);

    public int Count => values.Length;

    public ReadOnlySpan<AbiValue> Values => values;

    public AbiValue this[int ordinal] => values[ordinal];

    /// <exception cref="AbiException">There is no such field; the message lists those that are.</exception>
    public AbiValue this[string name]
    {
        get
        {
            for (var field = 0; field < parameters.Length; field++)
            {
                if (parameters[field].Name == name)
                {
                    return values[field];
                }
            }

            throw new AbiException($"{owner} has no field '{name}'; it has {string.Join(", ", parameters.Select(p => p.Name))}.");
        }
    }

    /// <summary>Writes one JSON object with a property for each field.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        for (var field = 0; field < values.Length; field++)
        {
            json.WritePropertyName(parameters[field].Name);
            values[field].WriteTo(json);
        }

        json.WriteEndObject();
    }

    public override string ToString() => $"{owner}({string.Join(", ", values.Select((value, field) => $"{parameters[field].Name}: {value}"))})";
}
