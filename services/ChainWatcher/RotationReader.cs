using System.Collections.Immutable;
using System.Numerics;
using Skale.ChainWatcher.Domain;
using Skale.Contracts;
using Skale.Ethereum;

namespace Skale.ChainWatcher;

/// <summary>Asks the contracts for what a rotation's logs do not say, at the very block of the rotation (skale-facts 1.3, traps 1 and 10).</summary>
/// <param name="stateNeeded">Whether an endpoint must know; otherwise what it does not know, and what contradicts the logs, is unknown.</param>
internal sealed class RotationReader(JsonRpcClient rpc, ContractSet contracts, bool stateNeeded = true)
{
    private static readonly AbiFunction GetRotation = BuiltIn("NodeRotation", "getRotation");
    private static readonly AbiFunction GetGroup = BuiltIn("SchainsInternal", "getNodesInGroup");
    private static readonly AbiFunction IsHole = BuiltIn("SchainsInternal", "checkHoleForSchain");

    private readonly ViewReader views = new(rpc);
    private readonly string? rotations = contracts.AddressOf("NodeRotation");
    private readonly string? groups = contracts.AddressOf("SchainsInternal");

    /// <summary>The blocks, with the state of every chain that they rotate. Without the contract's address nothing is asked and nothing is known.</summary>
    /// <exception cref="NoStateException">The endpoint does not keep the state of a block.</exception>
    public async Task<ImmutableArray<ScannedBlock>> Complete(IEnumerable<ScannedBlock> blocks, CancellationToken cancellation)
    {
        ScannedBlock[] all = [.. blocks];
        (int Block, BlockRef At, string Chain)[] wanted = rotations is null ? [] : [.. all.SelectMany((block, at) =>
            CeremonyLogs.RotationsIn(block.Logs).Select(r => r.ChainHash).Distinct().Select(chain => (at, new BlockRef(block.Header.Number, block.Header.Hash), chain)))];
        if (wanted.Length > 0)
        {
            var states = await Ask([.. wanted.Select(w => (w.At, w.Chain))], cancellation);
            foreach (var group in wanted.Zip(states).GroupBy(p => p.First.Block))
            {
                all[group.Key] = Agreed(all[group.Key] with { Rotations = [.. group.Select(p => p.Second).OfType<RotationState>()] });
            }
        }

        return [.. all];
    }

    private async Task<RotationState?[]> Ask((BlockRef At, string Chain)[] chains, CancellationToken cancellation)
    {
        var answers = await views.Ask([.. chains.Select(c => new ViewCall(c.At, rotations!, GetRotation, [c.Chain]))], cancellation);
        var members = groups is null
            ? [.. chains.Select(_ => new ViewAnswer(null, true, null))]
            : await views.Ask([.. chains.Select(c => new ViewCall(c.At, groups, GetGroup, [c.Chain]))], cancellation);
        var states = new RotationState?[chains.Length];
        for (var at = 0; at < chains.Length; at++)
        {
            var (block, chain) = chains[at];
            if (Answer(block, answers[at]) is { } rotation)
            {
                var group = Answer(block, members[at]);
                states[at] = Try(block, () => State(chain, rotation[0].ToList(), group is null ? null : [.. Group(group[0])]));
                states[at] = await WithHoles(block, states[at]!, cancellation);
            }
            else if (!stateNeeded && Answer(block, members[at]) is { } group)
            {
                states[at] = await WithHoles(block, Try(block, () => new RotationState(chain, null, null, null, null, [.. Group(group[0])], [])), cancellation);
            }
        }

        return states;
    }

    /// <summary>
    /// A 0 in a group is a member, or nobody. Since a newcomer takes the leaver's place in the same transaction there are no holes at the end of a block; a contract
    /// that cannot be asked is taken to be of those releases.
    /// </summary>
    private async Task<RotationState> WithHoles(BlockRef at, RotationState state, CancellationToken cancellation)
    {
        int[] zeros = [.. (state.Group ?? []).Select((node, index) => (node, index)).Where(m => m.node.Value == 0).Select(m => m.index)];
        var answers = await views.Ask([.. zeros.Select(index => new ViewCall(at, groups!, IsHole, [state.ChainHash, index]))], cancellation);
        return state with { Holes = [.. zeros.Zip(answers).Where(p => p.Second.Values is { } hole && hole[0].ToBool()).Select(p => p.First)] };
    }

    /// <summary>What was read must be of the block that was asked about: an endpoint that answers from its newest state is found out where the logs name the newcomer.</summary>
    private ScannedBlock Agreed(ScannedBlock block)
    {
        foreach (var last in CeremonyLogs.RotationsIn(block.Logs).GroupBy(r => r.ChainHash).Select(g => g.Last()))
        {
            var state = block.Rotations.FirstOrDefault(r => r.ChainHash == last.ChainHash);
            if (state is { Counter: > 0 } && last.NewNode is { } named && named != state.NewNode)
            {
                block = stateNeeded
                    ? throw new NoStateException(rpc.Name, block.Header.Number, $"its logs name {named} as the new member of {last.ChainHash}, its state names {state.NewNode}")
                    : block with { Rotations = block.Rotations.Remove(state) };
            }
        }

        return block;
    }

    private AbiFields? Answer(BlockRef at, ViewAnswer answer) =>
        answer.Values is null && !answer.Reverted && stateNeeded ? throw new NoStateException(rpc.Name, at.Number, answer.Fault ?? "no answer") : answer.Values;

    private static RotationState State(string chain, ReadOnlySpan<AbiValue> rotation, ImmutableArray<NodeId>? group) =>
        new(chain, new NodeId(rotation[0].ToInt64()), new NodeId(rotation[1].ToInt64()), Moment(rotation[2].ToBigInteger()), rotation[3].ToInt64(), group, []);

    private static NodeId[] Group(AbiValue list)
    {
        var nodes = new NodeId[list.ToList().Length];
        for (var at = 0; at < nodes.Length; at++)
        {
            nodes[at] = new NodeId(list.ToList()[at].ToInt64());
        }

        return nodes;
    }

    private static DateTimeOffset? Moment(BigInteger seconds) =>
        seconds.IsZero ? null : seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.MaxValue : DateTimeOffset.FromUnixTimeSeconds((long)seconds);

    private RotationState Try(BlockRef at, Func<RotationState> read)
    {
        try
        {
            return read();
        }
        catch (AbiException e)
        {
            throw new NoStateException(rpc.Name, at.Number, e.Message);
        }
    }

    private static AbiFunction BuiltIn(string contract, string function) => ContractFiles.BuiltIn.Single(c => c.Name == contract).Function(function);
}

/// <summary>The endpoint cannot say how the contracts stood at a block.</summary>
public sealed class NoStateException(string endpoint, long block, string reason) : Exception(
    $"{endpoint} does not say how the contracts stood at block {block}: {reason}. What a rotation did is in no log: give an endpoint that keeps the state of all blocks (an archive node).");
