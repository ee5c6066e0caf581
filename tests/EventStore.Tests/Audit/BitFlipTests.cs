namespace Skale.EventStore.Tests;

/// <summary>No single bit of an export can change unnoticed, in whichever of its files.</summary>
public sealed class BitFlipTests(ITestOutputHelper output)
{
    private const int FlipsEach = 5_000;
    private const int FlipsForTheOther = 12;

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public async Task every_flipped_bit_is_found(long after)
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        await using var log = await new JournalPlace().OpenWriter();
        using var key = await SealedLog.Fill(log, SealedLog.Events(16), 5, 12);
        var folder = await SealedLog.Export(log, after, segmentBytes: 3000);
        Assert.True(ExportVerifier.Verify(folder).IsVerified);
        var files = Directory.GetFiles(folder).Order(StringComparer.Ordinal).ToDictionary(file => file, File.ReadAllBytes);
        Assert.Equal(after > 0 ? 3 : 2, files.Keys.Count(file => !Path.HasExtension(file)));

        var random = new Random(seed);
        for (var flip = 0; flip < FlipsEach; flip++)
        {
            var (file, at) = Place(files, random.Next(files.Values.Sum(bytes => bytes.Length)));
            var bit = random.Next(8);
            Write(file, at, (byte)(files[file][at] ^ (1 << bit)));
            var isVerified = ExportVerifier.Verify(folder).IsVerified || (flip < FlipsForTheOther && (await Auditor.Verify(folder)).IsVerified);
            Assert.False(isVerified, $"seed {seed}: bit {bit} of byte {at} of {file} was flipped, and nobody saw it");
            Write(file, at, files[file][at]);
        }

        Assert.True(ExportVerifier.Verify(folder).IsVerified);
    }

    private static (string File, int At) Place(Dictionary<string, byte[]> files, int at)
    {
        foreach (var (file, bytes) in files)
        {
            if (at < bytes.Length)
            {
                return (file, at);
            }

            at -= bytes.Length;
        }

        throw new ArgumentOutOfRangeException(nameof(at));
    }

    private static void Write(string file, int at, byte value)
    {
        using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.Write);
        RandomAccess.Write(handle, [value], at);
    }
}
