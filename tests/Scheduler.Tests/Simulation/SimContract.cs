using System.Collections.Immutable;
using System.Numerics;
using Skale.ChainWatcher.Domain;
using Skale.Contracts;

namespace Skale.Scheduler.Tests.Simulation;

/// <summary>The manager contract's chain of blocks: what it emits follows from the blocks that stand, so that a reorganisation takes it back.</summary>
internal sealed class SimContract
{
    public const int MostNodes = 5;
    private static readonly DateTimeOffset Genesis = Sample.Start - TimeSpan.FromDays(1);
    private readonly List<ScannedBlock> blocks = [new(new BlockHeader(0, Sample.Hash("genesis"), Sample.Hash("none"), Genesis), [])];
    private readonly List<SimRotation?> rotations = [null];
    private int forks;

    public static readonly string[] Names = ["bought0", "bought1", "bought2"];

    public long Height => blocks.Count - 1;

    public ScannedBlock this[long number] => blocks[(int)number];

    private IEnumerable<ChainLog> Logs => blocks.SelectMany(b => b.Logs);

    private int Nodes => Logs.Count(l => l.Event == "NodeCreated");

    public string Mine(int a, int b, int c)
    {
        var (kind, node) = (Nodes < 2 ? 0 : a % 24, Nodes == 0 ? 0 : b % Nodes);
        var name = Names[b % Names.Length];
        var exists = Logs.Count(l => l.Event == "SchainCreated" && l.Data == name) > Logs.Count(l => l.Event == "SchainDeleted" && l.Data == name);
        return kind switch
        {
            < 6 when Nodes < MostNodes => Add(Log("NodeCreated", "", ("nodeIndex", Nodes), ("name", $"n{Nodes}"), ("owner", "0x1"), ("ip", Ip(Nodes)), ("publicIP", Ip(Nodes)), ("port", 10_000), ("nonce", 0), ("domainName", ""))),
            < 13 when !exists => Add(Purchase(name, c)),
            13 or 14 when exists => Add(Log("SchainDeleted", name, ("name", name), ("schainHash", Sample.Hash(name)), ("owner", "0x2"))),
            15 => Add(Log("MaintenanceNode", "", ("nodeIndex", node), ("status", c % 2 == 0))),
            16 => Add(Log("IncompliantNode", "", ("nodeIndex", node), ("status", c % 2 == 0))),
            17 when c % 4 == 0 => Add(Log("ExitInitialized", "", ("nodeIndex", node))),
            18 => Add(Log("IPChanged", "", ("nodeIndex", node), ("previousIP", Ip(node)), ("newIP", Ip(100 + (c % 9))))),
            (< 13 or > 18) and < 23 => Rotate(name, b / 3, c),
            23 when Happened("ExitInitialized", node) && !Happened("ExitCompleted", node) && !Names.Any(n => GroupOf(n)?.Nodes.Contains(node) ?? false) => Add(Log("ExitCompleted", "", ("nodeIndex", node))),
            _ => Add(),
        };
    }

    /// <summary>The last blocks are replaced by empty ones, one more.</summary>
    public string Fork(int depth)
    {
        depth = (int)Math.Min(depth, Height);
        blocks.RemoveRange(blocks.Count - depth, depth);
        rotations.RemoveRange(rotations.Count - depth, depth);
        forks++;
        for (var i = 0; i <= depth; i++)
        {
            Add();
        }

        return $"reorganised the last {depth} blocks";
    }

    /// <summary>The group of a chain as the contract has it, null for a hole, and whether its last change can be read; null when it names none.</summary>
    public (long?[] Nodes, bool Told)? GroupOf(string name)
    {
        (long?[], bool)? group = null;
        for (var number = 0; number < blocks.Count; number++)
        {
            foreach (var log in blocks[number].Logs.Where(l => l.Data == name))
            {
                group = log.Event switch
                {
                    "SchainNodes" => ([.. log.Fields!.Longs("nodesInGroup").Select(n => (long?)n)], true),
                    "SchainDeleted" => null,
                    _ => group,
                };
            }

            group = rotations[number] is { } rotation && rotation.Chain == name ? (rotation.Group, rotation.Told) : group;
        }

        return group;
    }

    /// <summary>Another node in a place of a group, or nobody; now and then nothing can be read of it but that it happened.</summary>
    private string Rotate(string name, int which, int c)
    {
        if (GroupOf(name) is not { Nodes: var nodes })
        {
            return Add();
        }

        var (hole, told) = (Array.IndexOf(nodes, null), c % 6 != 1);
        var seat = hole >= 0 ? hole : which % nodes.Length;
        var free = Enumerable.Range(0, Nodes).Where(n => !nodes.Contains(n) && !Happened("ExitInitialized", n)).ToArray();
        long? joined = free.Length == 0 || c % 8 == 0 ? null : free[c / 8 % free.Length];
        long?[] after = [.. nodes.Select((n, i) => i == seat ? joined : n)];
        var born = blocks.FindLastIndex(b => b.Logs.Any(l => l.Event == "SchainCreated" && l.Data == name));
        var state = new RotationState(
            Sample.Hash(name), Of(nodes[seat]), Of(joined), null, 1 + rotations.Skip(born).Count(r => r?.Chain == name),
            [.. after.Select(n => new NodeId(n ?? 0))], [.. after.Select((n, i) => n is null ? i : -1).Where(i => i >= 0)]);
        return Add(new(name, after, told), told ? [state] : [], Log("ChannelOpened", name, ("schainHash", Sample.Hash(name))));

        static NodeId? Of(long? node) => node is { } known ? new(known) : null;
    }

    private bool Happened(string what, int node) => Logs.Any(l => l.Event == what && l.Fields!.Long("nodeIndex") == node);

    private ChainLog[] Purchase(string name, int c)
    {
        var created = Log("SchainCreated", name, ("name", name), ("schainHash", Sample.Hash(name)), ("owner", "0x2"), ("partOfNode", 16 << (c % 3)), ("numberOfNodes", 1 + (c / 3 % 2)), ("lifetime", 1_000_000));
        var group = Enumerable.Range(0, 1 + (c / 3 % 2)).Select(i => (object)new BigInteger(((c / 7) + i) % Math.Max(1, Nodes))).ToArray();
        return c % 5 < 2 ? created : [.. Log("SchainNodes", name, ("schainHash", Sample.Hash(name)), ("nodesInGroup", group)), .. created];
    }

    private string Add(params ChainLog[] logs) => Add(null, [], logs);

    private string Add(SimRotation? rotation, ImmutableArray<RotationState> read, params ChainLog[] logs)
    {
        var (number, parent) = (blocks.Count, blocks[^1].Header.Hash);
        var hash = Sample.Hash($"{parent}/{forks}");
        blocks.Add(new(new BlockHeader(number, hash, parent, Genesis.AddSeconds(number)), [.. logs.Select((l, i) => l with { TransactionHash = Sample.Hash($"{hash}/t"), LogIndex = i })], read));
        rotations.Add(rotation);
        return $"block {number}: {string.Join(", ", logs.Select(l => $"{l.Event} {l.Data}"))}";
    }

    private static ChainLog[] Log(string name, string subject, params (string Name, object Value)[] fields) =>
        [new("", 0, "0xmanager", [], subject, name, new EventFields(fields.ToDictionary(f => f.Name, f => f.Value is int number ? new BigInteger(number) : f.Value)))];

    private static string Ip(int host) => $"0x0a0000{host:x2}";
}

/// <summary>A group as it is from a block on.</summary>
/// <param name="Group">Null for a hole.</param>
/// <param name="Told">The contract can be asked for it.</param>
internal sealed record SimRotation(string Chain, long?[] Group, bool Told);
