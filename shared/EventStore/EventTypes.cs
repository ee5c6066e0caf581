using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Skale.EventStore;

/// <summary>
/// The stored events of one service: which class stands behind which alias, and how it becomes JSON. Aliases are chosen strings that a Marten client
/// would derive too; payloads are plain objects with PascalCase members, matched by case, and enums by name, as a Marten client reads them by default.
/// </summary>
public sealed class EventTypes
{
    private readonly JsonSerializerOptions json;
    private readonly Dictionary<Type, string> aliases;
    private readonly Dictionary<string, Func<StoredEvent, object?>> readers;

    /// <param name="converters">For values with a form of their own, such as ids.</param>
    public EventTypes(params JsonConverter[] converters)
    {
        (aliases, readers) = ([], []);
        json = new JsonSerializerOptions
        {
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
        };
        foreach (var converter in converters)
        {
            json.Converters.Add(converter);
        }
    }

    private EventTypes(EventTypes other) => (json, aliases, readers) = (other.json, new(other.aliases), new(other.readers));

    /// <summary>Every alias that can be read: the present ones and the old ones.</summary>
    public IReadOnlyCollection<string> Aliases => readers.Keys;

    /// <summary>The classes, and under which alias each is stored.</summary>
    public IReadOnlyDictionary<Type, string> Stored => aliases;

    /// <summary>The same registrations, to which more can be added.</summary>
    public EventTypes Copy() => new(this);

    /// <summary>Registers a class under its alias.</summary>
    /// <exception cref="ArgumentException">Marten would derive another alias from the class name, or class or alias are registered already.</exception>
    public EventTypes Add<T>(string alias)
        where T : class
    {
        if (MartenAlias(typeof(T)) is var derived && derived != alias)
        {
            throw new ArgumentException($"{typeof(T)} is registered as '{alias}', but a Marten client looks for '{derived}'. Use that alias, or rename the class.", nameof(alias));
        }

        if (!aliases.TryAdd(typeof(T), alias))
        {
            throw new ArgumentException($"{typeof(T)} is registered twice.", nameof(alias));
        }

        AddReader(alias, e => JsonSerializer.Deserialize<T>(e.Data.Span, json));
        return this;
    }

    /// <summary>Reads an old alias, under which nothing is stored any more, as a present event. The function must be pure.</summary>
    public EventTypes Upcast<T>(string oldAlias, Func<JsonElement, T> upcast)
        where T : class
    {
        AddReader(oldAlias, e => upcast(JsonElement.Parse(e.Data.Span)));
        return this;
    }

    /// <exception cref="ArgumentException">The class is not registered.</exception>
    public (string Type, ReadOnlyMemory<byte> Data) Serialize(object e) => aliases.TryGetValue(e.GetType(), out var alias)
        ? (alias, JsonSerializer.SerializeToUtf8Bytes(e, e.GetType(), json))
        : throw new ArgumentException($"{e.GetType()} is not registered: it has no stored name. Add it to the service's EventTypes.", nameof(e));

    /// <exception cref="UnreadableEventException">The alias is unknown, or the data do not fit it; names the position.</exception>
    public object Deserialize(StoredEvent e)
    {
        if (!readers.TryGetValue(e.Type, out var read))
        {
            throw new UnreadableEventException(e, "no class is registered for its type; a newer version wrote it, or a registration was removed", null);
        }

        try
        {
            return read(e) ?? throw new UnreadableEventException(e, "its data are a JSON null", null);
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new UnreadableEventException(e, error.Message, error);
        }
    }

    /// <summary>
    /// The alias Marten derives from a class: its own name (of nested classes the inner one) in lower case, with <c>_</c> where a lower-case letter is
    /// followed by something else, and before the last capital or digit of a run that a lower-case letter ends.
    /// </summary>
    /// <exception cref="ArgumentException">The class is generic; its derived name would depend on its arguments.</exception>
    public static string MartenAlias(Type type)
    {
        if (type.IsGenericType)
        {
            throw new ArgumentException($"{type} is generic and cannot be a stored event.", nameof(type));
        }

        var name = type.Name;
        var alias = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            var begins = i > 0 && !char.IsLower(name[i]) && (char.IsLower(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            alias.Append(begins ? "_" : "").Append(char.ToLowerInvariant(name[i]));
        }

        return alias.ToString();
    }

    private void AddReader(string alias, Func<StoredEvent, object?> read)
    {
        if (!readers.TryAdd(alias, read))
        {
            throw new ArgumentException($"The alias '{alias}' is registered twice.", nameof(alias));
        }
    }
}

/// <summary>A stored event cannot be turned into an object. Nothing behind it may be processed before that is solved.</summary>
public sealed class UnreadableEventException(StoredEvent e, string why, Exception? inner)
    : Exception($"Event at position {e.Position} ('{e.Type}', version {e.Version} of stream '{e.Stream}') cannot be read: {why}.", inner)
{
    public long Position => e.Position;
}
