using System.Text.Json;

namespace Skale.Ethereum;

/// <summary>One JSON-RPC call: a method, its parameters, and how to read the result. <see cref="Eth"/> makes those that are needed here.</summary>
public abstract class RpcCall
{
    private protected RpcCall(string method, object?[] parameters) => (Method, Parameters) = (method, parameters);

    public string Method { get; }

    internal object?[] Parameters { get; }

    /// <summary>A call whose result is read from a parsed JSON value.</summary>
    public static RpcCall<T> Of<T>(string method, Func<JsonElement, T> read, params object?[] parameters) =>
        new(method, parameters, (ref Utf8JsonReader json) => read(JsonElement.ParseValue(ref json)));

    internal abstract object? ReadResult(ref Utf8JsonReader json);
}

/// <inheritdoc/>
public sealed class RpcCall<T> : RpcCall
{
    private readonly Reader read;

    internal RpcCall(string method, object?[] parameters, Reader read)
        : base(method, parameters) => this.read = read;

    internal delegate T Reader(ref Utf8JsonReader json);

    internal override object? ReadResult(ref Utf8JsonReader json) => read(ref json);
}
