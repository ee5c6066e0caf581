using Skale.Contracts;
using Skale.EventStore;
using Skale.NodeAgent.Domain;

namespace Skale.NodeAgent;

/// <content>What is looked at before anything is touched, and the words for what is not done.</content>
internal sealed partial class DataRepairs
{
    /// <summary>ENOSPC.</summary>
    private const int NoSpaceLeft = 28;

    private async Task RequireCurrent(IDataInput input)
    {
        var refusal = await log.Read(a =>
        {
            try
            {
                DataDecider.RequireCurrent(a, input);
                return null;
            }
            catch (ImpossibleInputException e)
            {
                return e.Message;
            }
        });
        if (refusal is not null)
        {
            throw new RepairRefusedException(Refusal.Conflict, refusal);
        }
    }

    /// <summary>What is staged belongs to an order that is recorded, until that is carried out.</summary>
    private async Task RequireNothingPending(ChainName chain)
    {
        if (await log.Read(a => a.Repairs.GetValueOrDefault(chain)) is { } pending)
        {
            throw new RepairRefusedException(Refusal.Conflict, $"The data of chain '{chain}' is being {(pending is DataRepair.Wipe ? "wiped" : "restored")} already; wait until that is done.");
        }
    }

    private static void RequireRoom(BackupManifest manifest, ChainData data, string file)
    {
        var contents = manifest.AllContents();
        if (new Redivision(contents.Select(c => c.Part), data.Sizes.Select(s => s.Part)).Fault(contents, data.Sizes) is { } fault)
        {
            throw DoesNotFit(file, fault);
        }
    }

    private static RepairRefusedException DoesNotFit(string file, string reason, Exception? cause = null) => new(Refusal.Conflict, $"{file} does not fit here: {reason}. Nothing was changed.", cause);

    private static void RequireNewFile(string file)
    {
        if (!Path.IsPathFullyQualified(file) || !Directory.Exists(Path.GetDirectoryName(file)))
        {
            throw new RepairRefusedException(Refusal.BadInput, $"'{file}' is no file in a folder of this machine; give the whole path of a file that is to be made.");
        }

        if (Path.Exists(file))
        {
            throw new RepairRefusedException(Refusal.Conflict, $"{file} is there already and is not overwritten; give another name or move it away.");
        }
    }
}
