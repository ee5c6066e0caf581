using System.Security.Cryptography;
using System.Text.Json;
using MassTransit;
using MassTransit.Serialization;
using Skale.EventStore;

namespace Skale.Hosting;

/// <summary>
/// SHA-256 of a message's body in the canonical form of RFC 8785. The body is what stands in the message, members that the receiver does not know among it: an older receiver checks what a newer
/// sender has signed.
/// </summary>
internal static class MessageBodyDigest
{
    public static string OfSent(object message) => Of(JsonSerializer.SerializeToUtf8Bytes(message, message.GetType(), SystemTextJsonMessageSerializer.Options));

    /// <exception cref="FormatException">What was received is not one message in one envelope: what is checked must be what is followed.</exception>
    public static string OfReceived(ConsumeContext context)
    {
        using var envelope = JsonDocument.Parse(context.ReceiveContext.Body.GetBytes());
        JsonProperty[] bodies = [.. envelope.RootElement.EnumerateObject().Where(p => p.Name.Equals("message", StringComparison.OrdinalIgnoreCase))];
        return bodies is [var body] ? Of(JsonSerializer.SerializeToUtf8Bytes(body.Value)) : throw new FormatException($"it has {bodies.Length} bodies");
    }

    private static string Of(byte[] body) => Convert.ToHexStringLower(SHA256.HashData(CanonicalJson.Of(body, lossless: true)));
}
