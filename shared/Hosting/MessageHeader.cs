using System.Text;
using System.Text.Json;
using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>
/// The header <c>{"Message":"id"}</c> of an input that names something else as its cause than the message it came with: ids are derived from the message, and
/// with it they can be derived again.
/// </summary>
internal static class MessageHeader
{
    public static ReadOnlyMemory<byte> Of(Input input) =>
        input.CausedBy is { } cause && cause != input.Cause ? Encoding.UTF8.GetBytes($$"""{"Message":"{{input.Cause:D}}"}""") : default;

    /// <summary>The input as it was, with its message's id.</summary>
    public static Input Again(object content, StoredEvent stored) => stored.Headers.IsEmpty
        ? new Input(content, stored.CausationId ?? Guid.Empty, stored.CorrelationId)
        : new Input(content, JsonElement.Parse(stored.Headers.Span).GetProperty("Message").GetGuid(), stored.CorrelationId, stored.CausationId);
}
