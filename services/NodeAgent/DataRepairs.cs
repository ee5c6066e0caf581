using System.Collections.Concurrent;
using Skale.Contracts;
using Skale.EventStore;
using Skale.Hosting;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <summary>
/// What the machine's operator does to a chain's data. Whatever destroys is recorded before it begins and after it is done, is carried out with nothing else going on in the chain's lane, and is
/// taken up again by <see cref="Finish"/> after an interruption.
/// </summary>
internal sealed partial class DataRepairs(Place place, LogService<Assignment> log, DataKeeper keeper, Reporter reporter, TimeProvider clock)
{
    private readonly ConcurrentDictionary<ChainName, string> busy = [];

    /// <summary>Takes a copy. The chain is stopped while its data is read, and started again by this or, should the agent die, as any chain that does not run.</summary>
    /// <param name="inTurn">Does the work in the chain's lane.</param>
    public Task<DataBackup> BackUp(ChainName chain, string file, Func<Func<Task>, Task> inTurn) => Alone(chain, "backed up", async subnode =>
    {
        RequireNewFile(file);
        using var writer = new BackupWriter(file);
        var at = clock.GetUtcNow();
        await inTurn(async () =>
        {
            var data = await keeper.DataOf(subnode);
            var ran = await keeper.Stop(chain);
            try
            {
                await data.Read(writer.Pack);
            }
            finally
            {
                await keeper.Start(subnode, ran);
            }
        });
        var manifest = BackupManifest.Of(place, subnode, writer.Contents, at);
        await writer.Finish(manifest);
        await reporter.Say(chain, new BackupIsTaken(chain, subnode.Generation, manifest.Data));
        return manifest.Data;
    });

    /// <summary>Unpacks and verifies a copy beside the data while the chain runs on, and then has it take the data's place.</summary>
    public Task<DataBackup> Restore(ChainName chain, string file, long generation, Func<Func<Task>, Task> inTurn) => Alone(chain, "restored", async subnode =>
    {
        await RequireCurrent(new WipeData(chain, generation));
        await RequireNothingPending(chain);
        using var reader = new BackupReader(file);
        var manifest = await reader.Manifest();
        manifest.RequireOf(place, subnode, file);
        await reader.Verify(manifest);
        var data = await keeper.DataOf(subnode);
        RequireRoom(manifest, data, file);
        try
        {
            await (await keeper.AllOf(chain)).DiscardStaged();
            await data.Stage();
            await data.FillStaged(folders => reader.Unpack(manifest, folders));
            await reporter.Say(new RestoreData(chain, generation, manifest.Data));
        }
        catch (Exception e)
        {
            await (await log.Read(a => a.Repairs.ContainsKey(chain)) ? Task.CompletedTask : data.DiscardStaged());
            if (e is IOException { HResult: NoSpaceLeft })
            {
                throw DoesNotFit(file, $"a disk was full before all of it was unpacked; {Redivision.Figures(manifest.AllContents(), data.Sizes)}", e);
            }

            throw;
        }

        await inTurn(() => Finish(chain));
        return manifest.Data;
    });

    /// <summary>Destroys the data. The chain starts with none.</summary>
    public Task<bool> Wipe(ChainName chain, long generation, Func<Func<Task>, Task> inTurn) => Alone(chain, "wiped", async _ =>
    {
        await keeper.AllOf(chain);
        await reporter.Say(new WipeData(chain, generation));
        await inTurn(() => Finish(chain));
        return true;
    });

    /// <summary>Carries out what is recorded and not done. In the chain's lane.</summary>
    public async Task Finish(ChainName chain)
    {
        switch (await log.Read(a => a.Repairs.GetValueOrDefault(chain)))
        {
            case DataRepair.Wipe wipe:
                await keeper.RemoveContainers(chain);
                await keeper.Destroy(chain);
                await reporter.Say(chain, new DataIsWiped(chain, wipe.Generation));
                break;
            case DataRepair.Restore restore:
                await DiscardReplaced(chain);
                await keeper.RequireData(chain);
                // Also of a part that an order has taken away since: what was staged together takes its place together.
                var data = await keeper.AllOf(chain);
                await keeper.RemoveContainers(chain);
                await data.Swap();
                await reporter.Say(chain, new DataIsRestored(chain, restore.Generation));
                break;
            default:
                break;
        }
    }

    /// <summary>The chain has answered on restored data: what that replaced is destroyed. In the chain's lane.</summary>
    /// <returns>Whether it is; not while something else is done to the data, as the next restore is, beside it and outside of the lane.</returns>
    public async Task<bool> RemoveReplaced(ChainName chain)
    {
        if (!busy.TryAdd(chain, "tidied up"))
        {
            return false;
        }

        try
        {
            await DiscardReplaced(chain);
            return true;
        }
        finally
        {
            busy.TryRemove(chain, out _);
        }
    }

    /// <summary>Before anything else: what a killed agent had begun to unpack goes.</summary>
    /// <returns>Why it could not; null when it could.</returns>
    public Task<string?> Begin(CancellationToken stopping) =>
        HostTool.Try(async () => await keeper.RemoveStaged([.. (await log.Read(a => a.Repairs)).Keys], stopping));

    private async Task DiscardReplaced(ChainName chain)
    {
        if (await log.Read(a => a.Desired.Outlived.GetValueOrDefault(chain)) is { } replaced)
        {
            await (await keeper.AllOf(chain)).DiscardReplaced();
            await reporter.Say(chain, new ReplacedDataIsGone(chain, replaced.Generation));
        }
    }

    private async Task<T> Alone<T>(ChainName chain, string what, Func<Subnode, Task<T>> work)
    {
        var subnode = await log.Read(a => a.Subnodes.GetValueOrDefault(chain))
            ?? throw new RepairRefusedException(Refusal.NotFound, $"Chain '{chain}' is not assigned to node {place.Node}; 'skale chains' shows where it runs.");
        if (!busy.TryAdd(chain, what))
        {
            throw new RepairRefusedException(Refusal.Conflict, $"The data of chain '{chain}' is being {busy.GetValueOrDefault(chain, "worked on")}; wait until that is done.");
        }

        try
        {
            return await work(subnode);
        }
        finally
        {
            busy.TryRemove(chain, out _);
        }
    }
}
