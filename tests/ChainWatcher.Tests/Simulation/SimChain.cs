using Skale.Ethereum;

namespace Skale.ChainWatcher.Tests.Simulation;

/// <summary>A log as the chain has it.</summary>
internal sealed record SimLog(int Index, string Transaction, string[] Topics, string Data);

/// <summary>A block; its texts are kept as they are sent.</summary>
internal sealed class SimBlock(long number, string hash, string parent, long seconds, IReadOnlyList<SimLog> logs, string address, bool alarm)
{
    public long Number { get; } = number;

    public string Hash { get; } = hash;

    public string Parent { get; } = parent;

    public long Seconds { get; } = seconds;

    public IReadOnlyList<SimLog> Logs { get; } = logs;

    public string Header { get; } =
        $$"""{"number":"0x{{number:x}}","hash":"{{hash}}","parentHash":"{{parent}}","timestamp":"0x{{seconds:x}}","logsBloom":"{{(logs.Count > 0 || alarm ? SimBloom.Of(address) : SimBloom.Empty)}}"}""";

    public IReadOnlyList<string> LogTexts { get; } = [.. logs.Select(l =>
        $$"""{"address":"{{address}}","topics":[{{string.Join(',', l.Topics.Select(t => $"\"{t}\""))}}],"data":"{{l.Data}}","blockNumber":"0x{{number:x}}","blockHash":"{{hash}}","transactionHash":"{{l.Transaction}}","transactionIndex":"0x0","logIndex":"0x{{l.Index:x}}","removed":false}""")];
}

/// <summary>The bloom filter of a block that holds logs of one address, and that of one that holds none.</summary>
internal static class SimBloom
{
    private static readonly Dictionary<string, string> Known = [];

    public static string Empty { get; } = $"0x{new string('0', 512)}";

    public static string Of(string address)
    {
        lock (Known)
        {
            if (!Known.TryGetValue(address, out var text))
            {
                var bits = new byte[256];
                var item = BloomItem.Of(address);
                foreach (var bit in new[] { item.First, item.Second, item.Third })
                {
                    bits[255 - (bit / 8)] |= (byte)(1 << (bit % 8));
                }

                Known[address] = text = $"0x{Convert.ToHexStringLower(bits)}";
            }

            return text;
        }
    }
}

/// <summary>A chain that grows, forks and forks back at random, and remembers every block it ever had.</summary>
internal sealed class SimChain
{
    public const string Address = "0x00000000000000000000000000000000000000c5";
    public const string Unmapped = "0x1111111111111111111111111111111111111111111111111111111111111111";
    private readonly Random random;
    private readonly string maintenance;
    private readonly string salt;
    private readonly double busy;
    private readonly List<SimBlock[]> abandoned = [];
    private long made;

    public SimChain(Random random, string maintenance, string salt, int length)
    {
        (this.random, this.maintenance, this.salt, busy) = (random, maintenance, salt, random.NextDouble() * 0.5);
        Blocks = [NewBlock(null)];
        Mine(length);
    }

    /// <summary>The chain as it is now.</summary>
    public List<SimBlock> Blocks { get; private set; }

    /// <summary>The chain as it was before its last reorganisation: what a backend that has missed it still shows.</summary>
    public IReadOnlyList<SimBlock> Before { get; private set; } = [];

    public Dictionary<string, SimBlock> ByHash { get; } = [];

    public SimBlock Head => Blocks[^1];

    /// <summary>The highest block there ever was.</summary>
    public long Highest { get; private set; }

    public void Mine(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Blocks.Add(NewBlock(Head));
        }

        Highest = Math.Max(Highest, Head.Number);
    }

    /// <summary>Replaces the last blocks by at least as many others, or by some that were there before.</summary>
    /// <param name="depth">How many.</param>
    /// <param name="most">How many it may be to come back to an earlier fork.</param>
    public void Reorganise(int depth, int most)
    {
        (depth, most) = (Math.Min(depth, Blocks.Count - 1), Math.Min(most, Blocks.Count - 1));
        if (depth < 1)
        {
            return;
        }

        Before = [.. Blocks];
        var old = Blocks[^depth..].ToArray();
        if (random.Next(2) == 0 && abandoned.FirstOrDefault(a => a[0].Number <= Head.Number && Blocks[(int)a[0].Number - 1].Hash == a[0].Parent && Blocks.Count - a[0].Number <= most) is { } again)
        {
            abandoned.Remove(again);
            old = Blocks[(int)again[0].Number..].ToArray();
            Blocks = [.. Blocks[..(int)again[0].Number], .. again];
        }
        else
        {
            Blocks = Blocks[..^depth];
        }

        abandoned.Insert(0, old);
        Mine((int)Math.Max(0, old[^1].Number - Head.Number) + random.Next(3));
    }

    private SimBlock NewBlock(SimBlock? parent)
    {
        var number = parent is null ? 0 : parent.Number + 1;
        var logs = number == 0 || random.NextDouble() >= busy ? [] : Enumerable.Range(0, random.Next(1, 4)).Select(NewLog).ToArray();
        var block = new SimBlock(number, $"0x{salt}{++made:x62}", parent?.Hash ?? $"0x{0:x64}", 1_767_225_600 + (number * 2), logs, Address, alarm: random.Next(20) == 0);
        ByHash[block.Hash] = block;
        return block;
    }

    private SimLog NewLog(int at) => random.Next(4) == 0
        ? new SimLog((at * 2) + 1, $"0x{random.NextInt64():x64}", [Unmapped], "0x01")
        : new SimLog((at * 2) + 1, $"0x{random.NextInt64():x64}", [maintenance, $"0x{random.Next(9):x64}"], $"0x{random.Next(2):x64}");
}
