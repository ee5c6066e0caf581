using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Skale.Ethereum.Tests;

/// <summary>What a real SKALE Manager 1.12.0 emitted on a local chain, and the same logs decoded by an independent library.</summary>
internal static class Recording
{
    public static string AbiJson { get; } = Text("abi.json");

    public static string ContractsJson { get; } = Text("contracts.json");

    /// <summary>The ABI of SKALE Manager 1.9 to 1.13, with the topics computed elsewhere.</summary>
    public static IReadOnlyList<ContractAbi> Contracts { get; } = AbiFile.Parse(AbiJson, ContractsJson);

    public static byte[] LogsJson { get; } = Bytes("logs.json.gz");

    public static JsonElement Events { get; } = JsonElement.Parse(Bytes("events.json.gz"));

    public static IReadOnlyList<Log> Logs { get; } = ReadLogs(LogsJson);

    public static IReadOnlyList<Log> ReadLogs(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        return LogReader.ReadAll(ref reader);
    }

    private static string Text(string name) => Encoding.UTF8.GetString(Bytes(name));

    private static byte[] Bytes(string name)
    {
        using var resource = typeof(Recording).Assembly.GetManifestResourceStream(name) ?? throw new FileNotFoundException(name);
        using var unpacked = name.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(resource, CompressionMode.Decompress) : resource;
        using var bytes = new MemoryStream();
        unpacked.CopyTo(bytes);
        return bytes.ToArray();
    }
}
