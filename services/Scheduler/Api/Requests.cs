using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Skale.Hosting;
using Skale.Scheduler.Domain;

namespace Skale.Scheduler.Api;

/// <summary>A request as it was sent: its id from the key, its digest, its body.</summary>
/// <param name="Version">Of If-Match; null when there is none.</param>
internal sealed record Sent(string Key, Guid Id, string Digest, byte[] Body, long? Version)
{
    private const int LongestKey = 128;
    private const int LongestBody = 1 << 20;

    /// <summary>A member that nobody knows is a mistake of the sender, and so is one that is missing.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>The same key gives the same id for ever, and the ids of its events with it.</summary>
    public static Guid IdOf(string key) => EventId.Of($"{SchedulerSetup.Name}/request/{key}");

    /// <exception cref="BadRequestException">A header is wrong, or the body is too long.</exception>
    public static async Task<Sent> Of(HttpContext http)
    {
        var body = await Read(http);
        var (key, match) = (http.Request.Headers["Idempotency-Key"].ToString(), http.Request.Headers.IfMatch.ToString());
        if (key.Length > LongestKey || key.Any(c => c is < '!' or > '~'))
        {
            throw new BadRequestException($"Idempotency-Key must be 1 to {LongestKey} visible ASCII characters.");
        }

        key = key.Length > 0 ? key : $"{Guid.NewGuid():D}";
        var text = Encoding.UTF8.GetBytes($"{http.Request.Method} {http.Request.Path}\n{match}\n");
        return new Sent(key, IdOf(key), Convert.ToHexStringLower(SHA256.HashData([.. text, .. body])), body, VersionOf(match));
    }

    /// <exception cref="BadRequestException">The body is none.</exception>
    public T Read<T>()
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Body, Json) ?? throw new BadRequestException("The body is null.");
        }
        catch (JsonException e)
        {
            throw new BadRequestException($"The body is not as it must be: {e.Message}");
        }
    }

    /// <summary>Records the request and answers from what is recorded, which a repeat finds too.</summary>
    public async Task<IResult> Record(LogService<Network> log, IRequest request, HttpContext http)
    {
        await log.Submit(new Input(request, Id));
        var record = await log.Read(n => n.Requests[Id]);
        if (record.Input.Digest != Digest)
        {
            return Problems.KeyReused(Key);
        }

        if (record.Refusal is { } refusal)
        {
            return Problems.Of(refusal);
        }

        var answer = Answering.Accepted(record);
        http.Response.Headers.Location = answer.Location;
        return Results.Json(answer, Json, statusCode: StatusCodes.Status202Accepted);
    }

    private static async Task<byte[]> Read(HttpContext http)
    {
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await http.Request.Body.ReadAsync(buffer, http.RequestAborted)) > 0;)
        {
            body.Write(buffer, 0, read);
            if (body.Length > LongestBody)
            {
                throw new BadRequestException($"The body has more than {LongestBody} bytes.");
            }
        }

        return body.ToArray();
    }

    private static long? VersionOf(string match) => match switch
    {
        "" or "*" => null,
        ['"', .. var digits, '"'] when long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var version) => version,
        _ => throw new BadRequestException($"If-Match is {match}; it must be one ETag as this API gives them, such as \"17\"."),
    };
}

/// <summary>The request cannot be read, and why.</summary>
internal sealed class BadRequestException(string message) : Exception(message);
