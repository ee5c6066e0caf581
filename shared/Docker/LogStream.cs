using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Skale.Docker;

/// <summary>A line a container printed.</summary>
public sealed record LogLine(bool IsError, string Text);

/// <summary>
/// Logs of a container without a terminal: frames of one byte stream number, three zero bytes, four bytes big-endian length, then the bytes
/// (Engine API, "Stream format" of container attach).
/// </summary>
internal static class LogStream
{
    private const int HeadBytes = 8;
    private const int LargestFrameBytes = 16 * 1024 * 1024;

    public static async IAsyncEnumerable<LogLine> Read(EngineConnection connection, string path, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var answer = await connection.Open(HttpMethod.Get, path, () => null, cancellation);
        await using var stream = await answer.Content.ReadAsStreamAsync(cancellation);
        var head = new byte[HeadBytes];
        var partial = new[] { new StringBuilder(), new StringBuilder() };
        while (await Fill(connection, stream, head, path, cancellation))
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4));
            if (head[0] > 2 || length is < 0 or > LargestFrameBytes)
            {
                throw new DockerException(answer.StatusCode, "the log is not in frames: the container has a terminal, or something else answers here", $"GET {path}");
            }

            var body = new byte[length];
            await Fill(connection, stream, body, path, cancellation);
            var isError = head[0] == 2;
            foreach (var line in Lines(partial[isError ? 1 : 0], Encoding.UTF8.GetString(body)))
            {
                yield return new LogLine(isError, line);
            }
        }

        for (var i = 0; i < partial.Length; i++)
        {
            if (partial[i].Length > 0)
            {
                yield return new LogLine(i == 1, partial[i].ToString());
            }
        }
    }

    private static IEnumerable<string> Lines(StringBuilder partial, string text)
    {
        var parts = text.Split('\n');
        for (var i = 0; i < parts.Length - 1; i++)
        {
            yield return partial.Append(parts[i]).ToString().TrimEnd('\r');
            partial.Clear();
        }

        partial.Append(parts[^1]);
    }

    private static async Task<bool> Fill(EngineConnection connection, Stream stream, Memory<byte> bytes, string path, CancellationToken cancellation)
    {
        try
        {
            var read = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellation);
            return read == bytes.Length
                ? bytes.Length > 0
                : read == 0 && bytes.Length == HeadBytes ? false : throw new EndOfStreamException($"GET {path} ended within a frame");
        }
        catch (IOException e)
        {
            throw DockerUnavailableException.From(connection.Endpoint, e);
        }
    }
}
