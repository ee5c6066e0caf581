using System.Globalization;
using System.Text;
using Skale.EventStore;

namespace Skale.Bench.Store;

/// <summary>Events as they are measured: a payload of 200 bytes of JSON in canonical order, causation and correlation set.</summary>
internal static class Sample
{
    public const string Type = "node_measured";

    /// <summary>What a reader turns the payload into.</summary>
    public sealed record NodeMeasured(long Cpu, long Free, string Host, string Note, string Zone);

    public static NewEvent Event(string stream, long version) => new(
        Guid.NewGuid(), stream, version, Type, Payload(version), new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero).AddMicroseconds(version), Cause, Cause);

    public static byte[] Payload(long n) => Encoding.UTF8.GetBytes(Text(n));

    public static string Text(long n)
    {
        var begin = string.Create(CultureInfo.InvariantCulture, $$"""{"Cpu":{{n % 100}},"Free":{{n * 7919 % 1_000_000_000}},"Host":"node-{{n % 128}}.example","Note":"all is well, nothing to report; """);
        return $$"""{{begin}}{{new string('.', 200 - 20 - begin.Length)}}","Zone":"eu-central"}""";
    }

    private static readonly Guid Cause = EventId.Of("bench");
}
