using System.Runtime.CompilerServices;
using Skale.ChainWatcher.Domain;
using Skale.ChainWatcher.Domain.Manager;
using Skale.Contracts;
using Skale.Ethereum;

namespace Skale.ChainWatcher;

/// <summary>Reads a SKALE Manager's facts straight from an Ethereum endpoint, and checks them against the contracts: no store, no bus.</summary>
public sealed class ManagerReader : IDisposable
{
    private const long WindowBlocks = 5000;
    private static readonly RateLimitPatience Patience = new(Attempts: 6, LongestWait: TimeSpan.FromMinutes(1));
    private readonly JsonRpcClient rpc;
    private readonly ContractSet contracts;
    private readonly string network;

    private ManagerReader(JsonRpcClient rpc, ContractSet contracts, string network, long head) =>
        (this.rpc, this.contracts, this.network, Head) = (rpc, contracts, network, head);

    /// <summary>The newest block when it was opened.</summary>
    public long Head { get; }

    /// <param name="contractsFile">Addresses; <see cref="ChainWatcherOptions.Contracts"/> says in which form.</param>
    /// <param name="abiFile">ABIs; it may be the same file, in the form that SKALE publishes.</param>
    /// <param name="network">The name of the network in the facts.</param>
    /// <exception cref="ContractsException">A file is missing, unreadable, or describes none of the contracts.</exception>
    /// <exception cref="WrongChainException">The endpoint is on another chain than the contracts, or one of them is not there.</exception>
    /// <exception cref="RpcTransportException">There was no usable answer.</exception>
    public static async Task<ManagerReader> Open(Uri endpoint, string contractsFile, string abiFile, string network, CancellationToken cancellation)
    {
        var contracts = ContractFiles.LoadPart(contractsFile, abiFile);
        var rpc = new JsonRpcClient(endpoint, patience: Patience);
        try
        {
            var chainId = await rpc.Send(Eth.ChainId(), cancellation);
            if (contracts.ChainId is { } expected && expected != chainId)
            {
                throw new WrongChainException($"{rpc.Name}: expected chain id {expected} as {contractsFile} says, got {chainId}.");
            }

            var missing = await WithoutCode(rpc, contracts, cancellation);
            return missing.Length == 0
                ? new ManagerReader(rpc, contracts, network, await rpc.Send(Eth.BlockNumber(), cancellation))
                : throw new WrongChainException($"{rpc.Name}: there is no contract at {string.Join(", ", missing)} on chain {chainId}. Check {contractsFile}.");
        }
        catch
        {
            rpc.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The facts of the blocks, in order, a batch for each range that was read. They are numbered as a watcher numbers them that begins at <paramref name="from"/>; the
    /// names of chains bought before are not known.
    /// </summary>
    /// <param name="stateNeeded">False: what the endpoint does not know of a rotation, or says otherwise than the logs, is unknown in its fact.</param>
    /// <exception cref="ForkedException">The chain was reorganised while it was read.</exception>
    /// <exception cref="NoStateException">A rotation happened in a block whose state the endpoint does not keep.</exception>
    public async IAsyncEnumerable<(BlockRef To, IReadOnlyList<IFact> Facts)> Facts(
        long from, long to, [EnumeratorCancellation] CancellationToken cancellation, bool stateNeeded = true)
    {
        var backfill = new Backfill(new LogScanner(rpc, contracts, network, TimeProvider.System, stateNeeded), WindowBlocks);
        var names = new ChainNames(new Dictionary<string, ChainName>());
        BlockRef? last = null;
        long number = 0;
        await foreach (var range in backfill.Scan(from, to, cancellation))
        {
            if (last is not null && last.Hash != range.ParentHash)
            {
                throw new ForkedException(range.From, range.ParentHash, last);
            }

            var facts = new List<IFact>();
            foreach (var block in range.Blocks)
            {
                facts.AddRange(FactMapper.Map(network, number + facts.Count, block, names));
            }

            (last, number) = (range.To, number + facts.Count);
            yield return (range.To, facts);
        }
    }

    /// <summary>Folds the facts from genesis to a block and compares the outcome with what the contracts say at that block.</summary>
    /// <param name="progress">Told the last block that was read.</param>
    /// <inheritdoc cref="Facts"/>
    public async Task<CheckReport> Check(long at, Action<long> progress, CancellationToken cancellation)
    {
        var state = new ManagerState();
        var (block, count) = (new BlockRef(at, ""), 0L);
        await foreach (var (to, facts) in Facts(0, at, cancellation))
        {
            foreach (var fact in facts)
            {
                ManagerFold.Evolve(state, fact);
            }

            (block, count) = (to, count + facts.Count);
            progress(to.Number);
        }

        return await new ManagerCheck(rpc, contracts).Compare(state, block, count, cancellation);
    }

    public void Dispose() => rpc.Dispose();

    /// <summary>Not every endpoint tells code; one that does must have the contracts.</summary>
    private static async Task<string[]> WithoutCode(JsonRpcClient rpc, ContractSet contracts, CancellationToken cancellation)
    {
        try
        {
            var codes = await rpc.Try([.. contracts.Addresses.Select(a => Eth.Code(a, BlockTag.Latest))], cancellation);
            return [.. contracts.Addresses.Zip(codes).Where(p => p.Second is { Error: null, Value.Length: 0 }).Select(p => $"{p.First} ({contracts.NameAt(p.First)})")];
        }
        catch (RpcTransportException e) when (e.Status is not null)
        {
            return [];
        }
    }
}
